package io.hydrabeam.pipelines.compare;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Differences of a task's scores, candidate minus baseline, one for each pair of seeds; in points,
 * hundredths of the score. They are taken as draws from a normal distribution, of which mean and
 * deviation are unknown: Student's t.
 *
 * @param count of pairs, at least 2
 * @param mean of the differences
 * @param deviation with n − 1, in which the steps of the score are counted too, so that it is never
 *     0
 */
public record SeedDifferences(int count, double mean, double deviation) {

  /** Of a uniform distribution's variance, with width 1. */
  private static final double UNIFORM_VARIANCE = 1.0 / 12;

  public SeedDifferences {
    if (count < 2 || !(deviation > 0)) {
      throw new IllegalArgumentException(
          "count (%d) must be at least 2 and deviation (%s) positive".formatted(count, deviation));
    }
  }

  /**
   * Of some differences. Scores of n images go in steps of 1/n: on a small test split all
   * differences may be equal by chance, which says less than that they do not vary.
   *
   * @param points at least two
   * @param step of a score in points, positive
   */
  static SeedDifferences of(List<Double> points, double step) {
    int n = points.size();
    double mean = points.stream().mapToDouble(each -> each).sum() / n;
    double squares = points.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
    double rounding = 2 * UNIFORM_VARIANCE * step * step;
    return new SeedDifferences(n, mean, Math.sqrt(squares / (n - 1) + rounding));
  }

  /** Of the mean. */
  public double standardError() {
    return deviation / Math.sqrt(count);
  }

  /** Half the width of the mean's two-sided confidence interval, as of 0.95. */
  public double halfWidth(double level) {
    return distribution().inverseCumulativeProbability((1 + level) / 2) * standardError();
  }

  /** How probable a mean as low as this one is, or lower, if nothing got worse. */
  public double worseP() {
    return distribution().cumulativeProbability(mean / standardError());
  }

  /** How probable a mean as high as this one is, or higher, if it is worse by the margin. */
  public double notWorseP(double margin) {
    return distribution().cumulativeProbability(-(mean + margin) / standardError());
  }

  private TDistribution distribution() {
    return new TDistribution(null, count - 1);
  }
}
