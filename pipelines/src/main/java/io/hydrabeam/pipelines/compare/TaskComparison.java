package io.hydrabeam.pipelines.compare;

import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A task under two settings.
 *
 * @param method label of the rows
 * @param task name
 * @param pairs that were compared
 * @param verdict about the retrained pairs where there are any, else about the others
 * @param differences of the retrained pairs; empty where they are too few for a test
 * @param worseP of their mean, corrected for all tasks; 1 without a test
 * @param level one-sided, of the first of the corrected tests
 * @param outlier the lowest retrained adapter, with a p corrected for all tasks; empty without a
 *     test
 * @param flips of the pairs that are one adapter, together; empty where there are none, or an
 *     evaluation has no predictions of one
 * @param definition of the task
 * @param regression why this is a regression, in one line; empty where it is none
 */
public record TaskComparison(
    String method,
    String task,
    List<SeedPair> pairs,
    Verdict verdict,
    Optional<SeedDifferences> differences,
    double worseP,
    double level,
    Optional<Outlier> outlier,
    Optional<FlipCount> flips,
    Task definition,
    Optional<String> regression) {

  public TaskComparison {
    pairs = List.copyOf(pairs);
  }

  /**
   * The drop that would have been found with a probability of {@link Comparison#POWER}, in points;
   * empty without a test.
   */
  public OptionalDouble detectable() {
    return differences
        .map(
            of ->
                OptionalDouble.of(
                    new PairedPower(of.count(), level)
                        .detectable(of.deviation(), Comparison.POWER)))
        .orElse(OptionalDouble.empty());
  }

  /** Pairs of two trainings each. */
  public List<SeedPair> retrained() {
    return retrained(pairs);
  }

  static List<SeedPair> retrained(List<SeedPair> pairs) {
    return pairs.stream().filter(pair -> !pair.sameAdapter()).toList();
  }

  static List<SeedPair> same(List<SeedPair> pairs) {
    return pairs.stream().filter(SeedPair::sameAdapter).toList();
  }

  /** Mean score of the baseline's seeds, in points. */
  public double baseline() {
    return mean(pairs.stream().map(SeedPair::baseline).toList());
  }

  /** Mean score of the candidate's seeds, in points. */
  public double candidate() {
    return mean(pairs.stream().map(SeedPair::candidate).toList());
  }

  /** Mean difference of pairs, in points. */
  static double points(List<SeedPair> pairs) {
    return pairs.stream().mapToDouble(SeedPair::points).average().orElseThrow();
  }

  private static double mean(List<Score> scores) {
    return SeedPair.POINTS * scores.stream().mapToDouble(Score::getScore).average().orElseThrow();
  }
}
