package io.hydrabeam.model.metrics;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** GLUE's metrics beside accuracy. */
class TextMetricsTest {

  private static final double EXACT = 1e-12;

  @Test
  void matthewsAndF1_ofAConfusion_areTheTextbooks() {
    // 20 right of class 1, 5 missed, 10 false alarms, 65 right of class 0.
    int[][] cells = {{65, 10}, {5, 20}};
    double matthews = (65.0 * 20 - 10 * 5) / Math.sqrt(30.0 * 25 * 70 * 75);
    assertThat(confusion(Metric.MATTHEWS, cells).value()).isWithin(EXACT).of(matthews);
    assertThat(confusion(Metric.F1, cells).value()).isWithin(EXACT).of(40.0 / 55);
    // Everything right, everything wrong, and one class only.
    assertThat(confusion(Metric.MATTHEWS, new int[][] {{3, 0}, {0, 4}}).value()).isEqualTo(1);
    assertThat(confusion(Metric.MATTHEWS, new int[][] {{0, 3}, {4, 0}}).value()).isEqualTo(-1);
    assertThat(confusion(Metric.MATTHEWS, new int[][] {{0, 3}, {0, 4}}).value()).isEqualTo(0);
    assertThat(confusion(Metric.F1, new int[][] {{3, 0}, {0, 0}}).value()).isEqualTo(0);
  }

  @Test
  void matthews_ofThreeClasses_isTheCorrelationOfTheirIndicators() {
    SplitMix64 random = new SplitMix64(3);
    int[] truth = new int[60];
    int[] predicted = new int[60];
    MetricAccumulator metric = MetricAccumulator.of(Metric.MATTHEWS, 3, false, List.of());
    for (int i = 0; i < truth.length; i++) {
      truth[i] = random.nextInt(3);
      predicted[i] = random.nextInt(2) == 0 ? truth[i] : random.nextInt(3);
      metric.add(oneHot(predicted[i], 3), truth[i]);
    }
    // Gorodkin 2004: covariance of the indicator matrices over their deviations.
    double xy = covariance(predicted, truth);
    double expected = xy / Math.sqrt(covariance(predicted, predicted) * covariance(truth, truth));
    assertThat(metric.value()).isWithin(EXACT).of(expected);
  }

  private static double covariance(int[] x, int[] y) {
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      double meanX = 0;
      double meanY = 0;
      for (int i = 0; i < x.length; i++) {
        meanX += x[i] == c ? 1.0 / x.length : 0;
        meanY += y[i] == c ? 1.0 / x.length : 0;
      }
      for (int i = 0; i < x.length; i++) {
        sum += ((x[i] == c ? 1 : 0) - meanX) * ((y[i] == c ? 1 : 0) - meanY);
      }
    }
    return sum;
  }

  @Test
  void correlations_ofNumbersWithTies_areTheTextbooks() {
    double[] x = {1, 2, 2, 4, 7};
    double[] y = {2, 1, 3, 3, 9};
    double meanX = 16 / 5.0;
    double meanY = 18 / 5.0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
    }
    assertThat(numbers(Metric.PEARSON, x, y).value()).isWithin(EXACT).of(xy / Math.sqrt(xx * yy));
    // Ranks 1 2.5 2.5 4 5 and 2 1 3.5 3.5 5, both with mean 3.
    double rankXy = -2 * -1 + -0.5 * -2 + -0.5 * 0.5 + 1 * 0.5 + 2 * 2;
    assertThat(numbers(Metric.SPEARMAN, x, y).value())
        .isWithin(EXACT)
        .of(rankXy / Math.sqrt((4 + 0.25 + 0.25 + 1 + 4) * (1 + 4 + 0.25 + 0.25 + 4)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      names = {"MATTHEWS", "F1", "PEARSON", "SPEARMAN"})
  void parts_mergedInAnyOrder_giveTheSameBits(Metric metric) {
    SplitMix64 random = new SplitMix64(5);
    MetricAccumulator whole = empty(metric);
    MetricAccumulator[] parts = {empty(metric), empty(metric), empty(metric)};
    for (int i = 0; i < 200; i++) {
      MetricAccumulator part = parts[random.nextInt(3)];
      double truth = random.nextInt(6) / 2.0;
      double predicted = truth + random.nextGaussian();
      int label = random.nextInt(2);
      for (MetricAccumulator each : List.of(whole, part)) {
        if (MetricAccumulator.numbers(metric)) {
          each.addNumber(predicted, truth);
        } else {
          each.add(oneHot(predicted > 1 ? 1 : 0, 2), label);
        }
      }
    }
    MetricAccumulator merged = empty(metric);
    for (int part : new int[] {2, 0, 1}) {
      merged.merge(MetricAccumulator.fromProto(parts[part].toProto()));
    }
    assertThat(merged.value()).isEqualTo(whole.value());
    assertThat(merged.images()).isEqualTo(200);
  }

  @Test
  void whatHasNoValue_isAnError() {
    assertThat(failure(numbers(Metric.PEARSON, new double[] {2, 2, 2}, new double[] {1, 2, 3})))
        .isEqualTo("PEARSON has no value: all 3 predicted numbers are the same");
    assertThat(failure(numbers(Metric.SPEARMAN, new double[] {1, 2}, new double[] {4, 4})))
        .isEqualTo("SPEARMAN has no value: all 2 true numbers are the same");
    assertThat(failure(empty(Metric.PEARSON))).contains("all 0 predicted numbers");
    assertThat(failure(empty(Metric.F1))).isEqualTo("F1: no record was scored");
    assertThrows(MetricException.class, () -> empty(Metric.PEARSON).addNumber(Double.NaN, 1));
    assertThrows(
        IllegalArgumentException.class, () -> empty(Metric.PEARSON).add(new double[] {1}, 0));
    assertThrows(IllegalArgumentException.class, () -> empty(Metric.F1).addNumber(1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> MetricAccumulator.of(Metric.F1, 3, false, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> MetricAccumulator.of(Metric.PEARSON, 2, false, List.of()));
  }

  @Test
  void damagedStates_areRefused() {
    MetricState counts = confusion(Metric.F1, new int[][] {{1, 2}, {3, 4}}).toProto();
    assertThrows(
        IllegalArgumentException.class,
        () -> MetricAccumulator.fromProto(counts.toBuilder().addConfusion(1).build()));
    MetricState pairs = numbers(Metric.PEARSON, new double[] {1, 2}, new double[] {2, 3}).toProto();
    assertThrows(
        IllegalArgumentException.class,
        () -> MetricAccumulator.fromProto(pairs.toBuilder().clearTruth().build()));
  }

  private static String failure(MetricAccumulator metric) {
    return assertThrows(MetricException.class, metric::value).getMessage();
  }

  private static MetricAccumulator empty(Metric metric) {
    return MetricAccumulator.of(
        metric, MetricAccumulator.numbers(metric) ? 1 : 2, false, List.of());
  }

  private static MetricAccumulator numbers(Metric metric, double[] predicted, double[] truth) {
    MetricAccumulator numbers = empty(metric);
    for (int i = 0; i < predicted.length; i++) {
      numbers.addNumber(predicted[i], truth[i]);
    }
    return numbers;
  }

  /** Rows are true classes, columns predicted ones. */
  private static MetricAccumulator confusion(Metric metric, int[][] cells) {
    MetricAccumulator confusion = empty(metric);
    for (int truth = 0; truth < 2; truth++) {
      for (int predicted = 0; predicted < 2; predicted++) {
        for (int i = 0; i < cells[truth][predicted]; i++) {
          confusion.add(oneHot(predicted, 2), truth);
        }
      }
    }
    return confusion;
  }

  private static double[] oneHot(int label, int classes) {
    double[] scores = new double[classes];
    scores[label] = 1;
    return scores;
  }
}
