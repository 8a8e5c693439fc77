package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.protos.Measure;
import io.hydrabeam.protos.NamedScore;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The scores that a task tells beside its own, from its stored predictions. */
final class Measures {

  private Measures() {}

  /**
   * Counts a task's further scores.
   *
   * @param file of its predictions
   * @throws io.hydrabeam.model.metrics.MetricException if one has no value for them
   */
  static List<NamedScore> of(Task task, String file) throws IOException {
    List<NamedScore> scores = new ArrayList<>();
    for (Measure measure : task.getAlsoList()) {
      MetricAccumulator metric =
          MetricAccumulator.of(
              measure.getMetric(), task.getClasses(), task.getMultilabel(), List.of());
      String prefix = measure.getPart().isEmpty() ? "" : measure.getPart() + "/";
      try (Predictions predictions = Predictions.open(file)) {
        for (Prediction one; (one = predictions.next()) != null; ) {
          if (one.key().startsWith(prefix)) {
            metric.add(one.probabilities(), one.number(), one.labels());
          }
        }
      }
      scores.add(
          NamedScore.newBuilder()
              .setName(measure.getName())
              .setMetric(measure.getMetric())
              .setScore(metric.value())
              .setRecords(metric.images())
              .build());
    }
    return scores;
  }
}
