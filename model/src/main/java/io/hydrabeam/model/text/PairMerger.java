package io.hydrabeam.model.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Byte pair encoding of a word (arXiv 1508.07909): the pair of neighbours with the lowest rank is
 * merged wherever it stands, from the left, until no pair has a rank. In {@code O(n·log n)} for n
 * symbols, so that a word of 100,000 letters is no way to stop a worker.
 */
final class PairMerger {

  private static final int NONE = -1;

  /** A pair as it stood when it was found; merges around it may have made an end of it. */
  private record Candidate(int rank, int left, int right) {}

  private final Map<String, Integer> ranks;

  private final String[] symbols;

  private final int[] next;

  private final int[] previous;

  private final PriorityQueue<Candidate> queue =
      new PriorityQueue<>(
          Comparator.comparingInt(Candidate::rank).thenComparingInt(Candidate::left));

  private PairMerger(String[] symbols, Map<String, Integer> ranks) {
    this.ranks = ranks;
    this.symbols = symbols;
    this.next = new int[symbols.length];
    this.previous = new int[symbols.length];
    for (int i = 0; i < symbols.length; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < symbols.length ? i + 1 : NONE;
    }
  }

  /**
   * The symbols after all merges.
   *
   * @param symbols of a word; used up
   * @param ranks of pairs, their parts separated by a blank
   */
  static List<String> merge(String[] symbols, Map<String, Integer> ranks) {
    return symbols.length == 0 ? List.of() : new PairMerger(symbols, ranks).run();
  }

  private List<String> run() {
    for (int i = 0; i + 1 < symbols.length; i++) {
      find(i);
    }
    List<Candidate> alike = new ArrayList<>();
    while (!queue.isEmpty()) {
      // All places of a pair come before any pair that they give rise to.
      int rank = queue.peek().rank();
      while (!queue.isEmpty() && queue.peek().rank() == rank) {
        alike.add(queue.remove());
      }
      alike.forEach(this::mergeIfStanding);
      alike.clear();
    }
    List<String> merged = new ArrayList<>();
    for (int i = 0; i != NONE; i = next[i]) {
      merged.add(symbols[i]);
    }
    return merged;
  }

  private void mergeIfStanding(Candidate pair) {
    int left = pair.left();
    if (next[left] != pair.right() || rank(left) != pair.rank()) {
      return;
    }
    int right = pair.right();
    symbols[left] += symbols[right];
    next[left] = next[right];
    next[right] = NONE;
    if (next[left] != NONE) {
      previous[next[left]] = left;
    }
    find(left);
    if (previous[left] != NONE) {
      find(previous[left]);
    }
  }

  /** Queues the pair that begins at a symbol, if it has a rank. */
  private void find(int left) {
    int rank = rank(left);
    if (rank != NONE) {
      queue.add(new Candidate(rank, left, next[left]));
    }
  }

  private int rank(int left) {
    return next[left] == NONE
        ? NONE
        : ranks.getOrDefault(symbols[left] + " " + symbols[next[left]], NONE);
  }
}
