package io.hydrabeam.model.metrics;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricAccumulatorTest {

  @Test
  void averagePrecision_workedExample_creditsRecallZero() {
    double[] scores = {.95, .9, .8, .7, .6, .5, .4, .3, .2, .1};
    // VOC's own rule, without the point at recall 0, would give 0.4740.
    assertThat(ofOneClass(Metric.MEAN_AVERAGE_PRECISION_11_POINT, "0101001000", scores))
        .isWithin(1e-15)
        .of(0.5194805194805195);
  }

  @Test
  void averagePrecision_ties_areOneThreshold() {
    assertThat(
            ofOneClass(
                Metric.MEAN_AVERAGE_PRECISION_11_POINT, "11001", new double[] {.5, .5, .5, .1, .1}))
        .isWithin(1e-15)
        .of(0.6727272727272727);
  }

  @Test
  void rocAuc_ties_countOneHalf() {
    assertThat(ofOneClass(Metric.ROC_AUC, "11001", new double[] {.5, .5, .5, .1, .1}))
        .isWithin(1e-15)
        .of(3.5 / 6);
  }

  @Test
  void recallLevels_areTheOriginalsArray() {
    assertThat(IntStream.range(0, 11).mapToDouble(Ranking::recallLevel).boxed().toList())
        .containsExactlyElementsIn(
            DoubleStream.of(
                    1.0,
                    0.9,
                    0.8,
                    0.7,
                    0.6,
                    0.5,
                    0.3999999999999999,
                    0.29999999999999993,
                    0.19999999999999996,
                    0.09999999999999998,
                    0.0)
                .boxed()
                .toList())
        .inOrder();
  }

  @Test
  void meanPerClass_classOutsideTheSplit_cannotBePredicted() {
    MetricAccumulator metric =
        MetricAccumulator.of(Metric.MEAN_PER_CLASS, 3, false, List.of(1L, 0L, 1L));
    metric.add(new double[] {1, 9, 0}, 0);
    metric.add(new double[] {1, 9, 0}, 2);
    assertThat(metric.value()).isEqualTo(0.5);
  }

  @Test
  void meanPerClass_fewerImagesThanTheSplitHas_isAnError() {
    MetricAccumulator metric =
        MetricAccumulator.of(Metric.MEAN_PER_CLASS, 2, false, List.of(2L, 1L));
    metric.add(new double[] {1, 0}, 0);
    metric.add(new double[] {1, 0}, 1);
    assertThat(assertThrows(MetricException.class, metric::value))
        .hasMessageThat()
        .contains("class 0 has 2 images in the split, 1 were scored");
  }

  @Test
  void of_metricThatTheTaskCannotHave_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> MetricAccumulator.of(Metric.ACCURACY, 3, true, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> MetricAccumulator.of(Metric.MEAN_PER_CLASS, 3, false, List.of(1L)));
    assertThrows(
        IllegalArgumentException.class,
        () -> MetricAccumulator.of(Metric.ROC_AUC, 3, false, List.of()));
  }

  @Test
  void value_nothingAdded_isAnError() {
    for (Metric metric : List.of(Metric.ACCURACY, Metric.MEAN_PER_CLASS, Metric.ROC_AUC)) {
      MetricAccumulator empty = MetricAccumulator.of(metric, 2, false, List.of(0L, 0L));
      assertThrows(MetricException.class, empty::value);
    }
    MetricAccumulator empty =
        MetricAccumulator.of(Metric.MEAN_AVERAGE_PRECISION_11_POINT, 2, true, List.of());
    assertThrows(MetricException.class, empty::value);
  }

  @Test
  void add_wrongShapes_areRefused() {
    MetricAccumulator one = MetricAccumulator.of(Metric.ACCURACY, 2, false, List.of());
    assertThrows(IllegalArgumentException.class, () -> one.add(new double[3], 0));
    assertThrows(IllegalArgumentException.class, () -> one.add(new double[2], 2));
    assertThrows(IllegalArgumentException.class, () -> one.add(new double[2]));
    assertThrows(IllegalArgumentException.class, () -> one.add(new double[2], 0, 1));
    assertThat(one.images()).isEqualTo(0);
  }

  @Test
  void add_infiniteScore_isRefusedByRankingMetrics() {
    MetricAccumulator ranked = MetricAccumulator.of(Metric.ROC_AUC, 2, false, List.of());
    assertThrows(
        MetricException.class, () -> ranked.add(new double[] {0, Double.POSITIVE_INFINITY}, 0));
    // Of the column that is not ranked, too: it tells of a broken model.
    assertThrows(MetricException.class, () -> ranked.add(new double[] {Double.NaN, 0}, 0));
    assertThat(ranked.images()).isEqualTo(0);
  }

  @Test
  void add_singlePrecision_isTheSameImage() {
    MetricAccumulator wide = MetricAccumulator.of(Metric.ROC_AUC, 2, false, List.of());
    MetricAccumulator narrow = MetricAccumulator.of(Metric.ROC_AUC, 2, false, List.of());
    wide.add(new double[] {0.5, 0.25}, 1);
    narrow.add(new float[] {0.5f, 0.25f}, 1);
    assertThat(narrow.toProto()).isEqualTo(wide.toProto());
  }

  @Test
  void merge_otherTask_isRefused() {
    MetricAccumulator two = MetricAccumulator.of(Metric.ACCURACY, 2, false, List.of());
    MetricAccumulator three = MetricAccumulator.of(Metric.ACCURACY, 3, false, List.of());
    assertThrows(IllegalArgumentException.class, () -> two.merge(three));
    MetricAccumulator ranked =
        MetricAccumulator.of(Metric.MEAN_AVERAGE_PRECISION_11_POINT, 2, false, List.of());
    assertThrows(IllegalArgumentException.class, () -> two.merge(ranked));
    assertThrows(IllegalArgumentException.class, () -> ranked.merge(two));
  }

  @Test
  void merge_itself_countsTwice() {
    MetricAccumulator ranked = MetricAccumulator.of(Metric.ROC_AUC, 2, false, List.of());
    ranked.add(new double[] {0.5, 0.25}, 1);
    ranked.merge(ranked);
    assertThat(ranked.images()).isEqualTo(2);
    assertThat(ranked.toProto().getScoreList()).containsExactly(0.25, 0.25);
  }

  @Test
  void rankedScores_moreThanTheFirstCapacity_keepsAll() {
    MetricAccumulator ranked = MetricAccumulator.of(Metric.ROC_AUC, 2, false, List.of());
    for (int i = 0; i < 5000; i++) {
      ranked.add(new double[] {0, i}, i >= 2500 ? 1 : 0);
    }
    assertThat(ranked.value()).isEqualTo(1);
    assertThat(ranked.toProto().getSerializedSize()).isLessThan(5000 * 8 + 5000 / 8 + 64);
  }

  @Test
  void fromProto_damagedState_isRefused() {
    MetricAccumulator ranked = MetricAccumulator.of(Metric.ROC_AUC, 2, false, List.of());
    ranked.add(new double[] {0.5, 0.25}, 1);
    MetricState damaged = ranked.toProto().toBuilder().setImages(2).build();
    assertThrows(IllegalArgumentException.class, () -> MetricAccumulator.fromProto(damaged));
    MetricState noCounts = MetricState.newBuilder().setClasses(2).build();
    assertThrows(IllegalArgumentException.class, () -> MetricAccumulator.fromProto(noCounts));
  }

  private static double ofOneClass(Metric metric, String has, double... scores) {
    MetricAccumulator accumulator = MetricAccumulator.of(metric, 1, true, List.of());
    for (int i = 0; i < scores.length; i++) {
      accumulator.add(
          new double[] {scores[i]}, has.charAt(i) == '1' ? new int[] {0} : new int[] {});
    }
    return accumulator.value();
  }
}
