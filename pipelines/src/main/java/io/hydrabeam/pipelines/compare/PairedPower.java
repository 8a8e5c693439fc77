package io.hydrabeam.pipelines.compare;

import java.util.OptionalInt;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * What a one-sided paired t test can find: its power is the upper tail of the noncentral t
 * distribution, {@code P(Z + δ > c·sqrt(V/ν))} with Z standard normal, V chi-squared with ν = n − 1
 * degrees of freedom, δ the true difference in standard errors and c the test's critical value. The
 * mean over V is taken at its quantiles.
 */
public final class PairedPower {

  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
  private static final int QUANTILES = 200;
  private static final int BISECTIONS = 50;

  /** More trainings than anyone makes of a task. */
  private static final int SEEDS_MAX = 1000;

  private final int seeds;
  private final double critical;
  private final double[] scales;

  /**
   * @param seeds pairs, at least 2
   * @param level one-sided, of this test alone
   */
  public PairedPower(int seeds, double level) {
    this.seeds = seeds;
    int freedom = seeds - 1;
    this.critical = -new TDistribution(null, freedom).inverseCumulativeProbability(level);
    ChiSquaredDistribution variance = new ChiSquaredDistribution(null, freedom);
    this.scales = new double[QUANTILES];
    for (int i = 0; i < QUANTILES; i++) {
      scales[i] = Math.sqrt(variance.inverseCumulativeProbability((i + 0.5) / QUANTILES) / freedom);
    }
  }

  /**
   * Probability of finding a difference.
   *
   * @param drop true difference of the means, positive
   * @param deviation of the paired differences, in the same unit
   */
  public double power(double drop, double deviation) {
    double shift = drop * Math.sqrt(seeds) / deviation;
    double sum = 0;
    for (double scale : scales) {
      sum += NORMAL.cumulativeProbability(shift - critical * scale);
    }
    return sum / QUANTILES;
  }

  /** The drop that is found with this probability, in the unit of the deviation. */
  public double detectable(double deviation, double power) {
    double low = 0;
    double high = deviation;
    while (power(high, deviation) < power) {
      high *= 2;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (power(middle, deviation) < power) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /**
   * Fewest seeds with which a drop is found with this probability.
   *
   * @param least seeds to begin with
   * @return empty if a thousand are too few
   */
  public static OptionalInt seeds(
      double drop, double deviation, double level, double power, int least) {
    if (new PairedPower(SEEDS_MAX, level).power(drop, deviation) < power) {
      return OptionalInt.empty();
    }
    int low = least - 1;
    int high = SEEDS_MAX;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (new PairedPower(middle, level).power(drop, deviation) < power) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return OptionalInt.of(high);
  }
}
