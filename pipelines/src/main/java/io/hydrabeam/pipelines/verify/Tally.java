package io.hydrabeam.pipelines.verify;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.model.metrics.MetricException;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.TopOne;
import io.hydrabeam.pipelines.evaluate.Measures;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.protos.NamedScore;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A score counted again from its stored predictions.
 *
 * @param images how many there are
 * @param classCount labels of each class
 * @param score the task's metric
 */
record Tally(long images, List<Long> classCount, double score) {

  Tally {
    classCount = List.copyOf(classCount);
  }

  /**
   * Counts. The file is read twice: a mean over classes asks how many images each has before the
   * first is counted.
   *
   * @throws IOException if a line is no prediction of the task, with its number; or the metric has
   *     no value for them
   */
  static Tally of(Task task, Predictions.Source source) throws IOException {
    long[] classCount = new long[task.getClasses()];
    try (Predictions predictions = source.open()) {
      long line = 0;
      for (Prediction one; (one = predictions.next()) != null; ) {
        line++;
        Optional<String> fault = fault(task, one);
        if (fault.isPresent()) {
          throw new IOException("line %d: %s".formatted(line, fault.get()));
        }
        for (int label : one.labels()) {
          classCount[label]++;
        }
      }
    }
    List<Long> counts = Arrays.stream(classCount).boxed().toList();
    try (Predictions predictions = source.open()) {
      MetricAccumulator metric =
          MetricAccumulator.of(task.getMetric(), task.getClasses(), task.getMultilabel(), counts);
      for (Prediction one; (one = predictions.next()) != null; ) {
        metric.add(one.probabilities(), one.number(), one.labels());
      }
      return new Tally(metric.images(), counts, metric.value());
    } catch (MetricException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * In what the task's further scores differ from the stored ones; empty if in nothing.
   *
   * @throws IOException if one has no value for the predictions
   */
  static List<String> furtherUnlike(Task task, Predictions.Source source, Score stored)
      throws IOException {
    List<NamedScore> counted;
    try {
      counted = Measures.of(task, source);
    } catch (MetricException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (counted.size() != stored.getAlsoCount()) {
      return List.of(
          "the score has %d further scores, its task %d"
              .formatted(stored.getAlsoCount(), counted.size()));
    }
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < counted.size(); i++) {
      if (!counted.get(i).equals(stored.getAlso(i))) {
        differences.add(
            "%s is said to be %s of %,d, the predictions give %s of %,d"
                .formatted(
                    counted.get(i).getName(),
                    stored.getAlso(i).getScore(),
                    stored.getAlso(i).getRecords(),
                    counted.get(i).getScore(),
                    counted.get(i).getRecords()));
      }
    }
    return differences;
  }

  /** Why a prediction cannot be one of the task's; empty if it can. */
  private static Optional<String> fault(Task task, Prediction one) throws IOException {
    if (one.probabilities().length != task.getClasses()) {
      return Optional.of(
          "%d probabilities for %d classes"
              .formatted(one.probabilities().length, task.getClasses()));
    }
    boolean single = one.predicted() >= 0;
    if (single == task.getMultilabel()) {
      return Optional.of(single ? "one label, the task has several" : "several labels, not one");
    }
    if (Arrays.stream(one.labels()).anyMatch(label -> label < 0 || label >= task.getClasses())) {
      return Optional.of("a label that is no class");
    }
    int top = TopOne.of(one.probabilities());
    return single && top != one.predicted()
        ? Optional.of("class %d, but %d is more probable".formatted(one.predicted(), top))
        : Optional.empty();
  }

  /** In what it differs from the stored score; empty if in nothing. */
  List<String> unlike(RecordKind kind, Score stored) {
    List<String> differences = new ArrayList<>();
    if (images != stored.getImages()) {
      differences.add(
          "predictions of %,d %s are stored, the score is said to be of %,d"
              .formatted(images, kind.many(), stored.getImages()));
    }
    if (score != stored.getScore()) {
      differences.add(
          "the score is said to be %s, its predictions give %s"
              .formatted(stored.getScore(), score));
    }
    return differences;
  }
}
