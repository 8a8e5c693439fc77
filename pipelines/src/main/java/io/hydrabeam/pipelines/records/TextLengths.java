package io.hydrabeam.pipelines.records;

import io.hydrabeam.model.TokenBuckets;
import io.hydrabeam.protos.SplitInfo;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/**
 * How long stored texts are, and what padding adds to them.
 *
 * @param counts texts of each number of tokens, from 0; empty where nothing is known
 */
public record TextLengths(List<Long> counts) {

  public TextLengths {
    counts = List.copyOf(counts);
  }

  /** Of a split. */
  public static TextLengths of(SplitInfo split) {
    return new TextLengths(split.getLengthCountList());
  }

  /** Their number. */
  public long texts() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /** Tokens of the longest; 0 where nothing is known. */
  public int longest() {
    return Math.max(0, counts.size() - 1);
  }

  /** Tokens of all texts. */
  public double tokens() {
    return tokens(length -> length);
  }

  /** Tokens of all texts, each padded as the longest of its bucket. */
  public double inBuckets() {
    return tokens(length -> TokenBuckets.length(length, Integer.MAX_VALUE));
  }

  private double tokens(IntUnaryOperator padded) {
    double sum = 0;
    for (int length = 1; length < counts.size(); length++) {
      sum += (double) counts.get(length) * padded.applyAsInt(length);
    }
    return sum;
  }

  /**
   * A line for readers: lengths, and the share of padding in buckets and without them.
   *
   * @param limit longest text that may be stored
   */
  public String line(int limit) {
    int shortest = 0;
    while (shortest < longest() && counts.get(shortest) == 0) {
      shortest++;
    }
    return String.format(
        Locale.ROOT,
        "%d to %d tokens, %.1f on average; of what is computed %.0f %% is padding (%.0f %% if all were padded to %d, %.0f %% to %d)",
        shortest,
        longest(),
        tokens() / texts(),
        percent(inBuckets()),
        percent((double) texts() * longest()),
        longest(),
        percent((double) texts() * limit),
        limit);
  }

  private double percent(double computed) {
    return 100 * (1 - tokens() / computed);
  }
}
