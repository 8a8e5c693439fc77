package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.protos.Measure;
import io.hydrabeam.protos.NamedScore;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The scores that a task tells beside its own, from its stored predictions. */
public final class Measures {

  private Measures() {}

  /** A line for each score that has further ones beside it. */
  static List<String> lines(List<Score> scores) {
    return scores.stream()
        .filter(score -> score.getAlsoCount() > 0)
        .sorted(Comparator.comparing(Measures::name))
        .map(
            score ->
                score.getAlsoList().stream()
                    .map(
                        also ->
                            String.format(
                                Locale.ROOT, "%s %.1f", also.getName(), 100 * also.getScore()))
                    .collect(Collectors.joining(", ", name(score) + " also: ", "")))
        .toList();
  }

  private static String name(Score score) {
    return "%s %s seed %d"
        .formatted(
            score.getDisplayName(),
            score.getJob().getMethod().name().toLowerCase(Locale.ROOT),
            score.getJob().getSeed());
  }

  /**
   * Counts a task's further scores.
   *
   * @param source of its predictions
   * @throws io.hydrabeam.model.metrics.MetricException if one has no value for them
   */
  public static List<NamedScore> of(Task task, Predictions.Source source) throws IOException {
    List<NamedScore> scores = new ArrayList<>();
    for (Measure measure : task.getAlsoList()) {
      MetricAccumulator metric =
          MetricAccumulator.of(
              measure.getMetric(), task.getClasses(), task.getMultilabel(), List.of());
      String prefix = measure.getPart().isEmpty() ? "" : measure.getPart() + "/";
      try (Predictions predictions = source.open()) {
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
