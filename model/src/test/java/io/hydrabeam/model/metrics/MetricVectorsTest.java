package io.hydrabeam.model.metrics;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.protos.Metric;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case of the reference vectors, values and errors, whole and in parts. */
class MetricVectorsTest {
  private static final double TOLERANCE = 1e-9;
  private static final Map<String, Metric> NAMES =
      Map.of(
          "accuracy", Metric.ACCURACY,
          "mean-per-class", Metric.MEAN_PER_CLASS,
          "11point_mAP", Metric.MEAN_AVERAGE_PRECISION_11_POINT,
          "roc_auc", Metric.ROC_AUC);

  @TestFactory
  Stream<DynamicTest> cases() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode node : Vectors.json("metrics/metrics.json").get("cases")) {
      Case of = Case.of(node);
      for (Map.Entry<String, JsonNode> result : node.get("results").properties()) {
        Metric metric = NAMES.get(result.getKey());
        assertWithMessage("metric %s", result.getKey()).that(metric).isNotNull();
        tests.add(
            DynamicTest.dynamicTest(
                node.get("name").asText() + ": " + result.getKey(),
                () -> check(of, metric, result.getValue())));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private static void check(Case of, Metric metric, JsonNode result) {
    if (result.has("error")) {
      RuntimeException thrown =
          assertThrows(RuntimeException.class, () -> whole(of, metric).value());
      assertThat(thrown instanceof MetricException || thrown instanceof IllegalArgumentException)
          .isTrue();
      return;
    }
    double value = whole(of, metric).value();
    assertThat(value).isWithin(TOLERANCE).of(result.get("value").doubleValue());
    assertThat(inParts(of, metric)).isEqualTo(value);
  }

  private static MetricAccumulator whole(Case of, Metric metric) {
    MetricAccumulator all = of.accumulator(metric);
    IntStream.range(0, of.scores.length).forEach(i -> all.add(of.scores[i], of.labels[i]));
    return all;
  }

  /** Three parts, travelling as protos, merged backwards. */
  private static double inParts(Case of, Metric metric) {
    List<MetricAccumulator> parts = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      MetricAccumulator part = of.accumulator(metric);
      for (int i = p; i < of.scores.length; i += 3) {
        part.add(of.scores[i], of.labels[i]);
      }
      parts.add(MetricAccumulator.fromProto(part.toProto()));
    }
    Collections.reverse(parts);
    MetricAccumulator sum = of.accumulator(metric);
    parts.forEach(sum::merge);
    assertThat(sum.images()).isEqualTo(of.scores.length);
    return MetricAccumulator.fromProto(sum.toProto()).value();
  }

  private record Case(boolean multilabel, double[][] scores, int[][] labels) {

    static Case of(JsonNode node) {
      int images = node.get("scores").size();
      boolean multilabel = node.get("labels").get(0).isArray();
      double[][] scores = new double[images][];
      int[][] labels = new int[images][];
      for (int i = 0; i < images; i++) {
        JsonNode row = node.get("scores").get(i);
        scores[i] = IntStream.range(0, row.size()).mapToDouble(c -> number(row.get(c))).toArray();
        JsonNode label = node.get("labels").get(i);
        labels[i] =
            multilabel
                ? IntStream.range(0, label.size())
                    .filter(c -> label.get(c).doubleValue() == 1)
                    .toArray()
                : new int[] {label.intValue()};
      }
      return new Case(multilabel, scores, labels);
    }

    private static double number(JsonNode value) {
      return value.isTextual() ? Double.parseDouble(value.asText()) : value.doubleValue();
    }

    MetricAccumulator accumulator(Metric metric) {
      List<Long> counts = new ArrayList<>(Collections.nCopies(scores[0].length, 0L));
      Stream.of(labels).flatMapToInt(IntStream::of).forEach(c -> counts.set(c, counts.get(c) + 1));
      return MetricAccumulator.of(metric, scores[0].length, multilabel, counts);
    }
  }
}
