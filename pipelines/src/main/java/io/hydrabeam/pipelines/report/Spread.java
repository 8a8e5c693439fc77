package io.hydrabeam.pipelines.report;

import java.util.Collection;
import java.util.OptionalDouble;

/**
 * Mean and sample standard deviation over seeds.
 *
 * @param count of values, at least 1
 * @param mean of them
 * @param deviation with n − 1; empty for a single value
 */
public record Spread(int count, double mean, OptionalDouble deviation) {

  /**
   * Of some values.
   *
   * @throws IllegalArgumentException if there are none or one is not a number
   */
  public static Spread of(Collection<Double> values) {
    int n = values.size();
    if (n == 0) {
      throw new IllegalArgumentException("a mean needs at least one value");
    }
    double sum = 0;
    for (double value : values) {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("a score is not a number");
      }
      sum += value;
    }
    double mean = sum / n;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Spread(
        n, mean, n == 1 ? OptionalDouble.empty() : OptionalDouble.of(Math.sqrt(squares / (n - 1))));
  }
}
