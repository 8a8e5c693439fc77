package io.hydrabeam.model.metrics;

/**
 * ELEVATER's score of performance and parameter efficiency:
 *
 * <pre>PE = score · exp(−log10(parameters / 10⁸ + 1))</pre>
 *
 * <p>The formula is the benchmark's maintainers'. A model without trainable parameters keeps its
 * score, one with 900 million has 1/e of it.
 */
public final class PerformanceEfficiency {
  private static final double UNIT = 1e8;

  private PerformanceEfficiency() {}

  /**
   * The PE score.
   *
   * @param score in [0, 1], the mean of the benchmark's tasks
   * @param trainableParameters mean over the tasks, as heads differ in their classes
   * @throws IllegalArgumentException if there are fewer than none
   */
  public static double of(double score, double trainableParameters) {
    if (!(trainableParameters >= 0)) {
      throw new IllegalArgumentException(
          "trainable parameters (%s) must not be negative".formatted(trainableParameters));
    }
    return score * Math.exp(-Math.log10(trainableParameters / UNIT + 1));
  }
}
