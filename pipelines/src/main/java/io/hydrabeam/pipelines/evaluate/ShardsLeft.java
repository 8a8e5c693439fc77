package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shards' predictions that an attempt before this one has left in the evaluation's folder. */
final class ShardsLeft {
  private static final Logger LOG = LoggerFactory.getLogger(ShardsLeft.class);

  private ShardsLeft() {}

  /** The task's metric, without an image. */
  static MetricAccumulator metric(EvaluationShard part) {
    Task task = part.getInfo().getTask();
    return MetricAccumulator.of(
        task.getMetric(),
        task.getClasses(),
        task.getMultilabel(),
        ExampleFolder.split(part.getInfo(), Splits.TEST).getClassCountList());
  }

  /**
   * What the metric gathers of a shard's predictions. Probabilities are written so that they are
   * read back as the same numbers.
   *
   * @param file with them; empty is returned where there is none, or it is not whole
   */
  static Optional<MetricAccumulator> recount(String file, EvaluationShard part, int shard)
      throws IOException {
    if (Storage.find(file).isEmpty()) {
      return Optional.empty();
    }
    MetricAccumulator metric = metric(part);
    try (Predictions predictions = Predictions.open(file)) {
      for (Prediction one; (one = predictions.next()) != null; ) {
        metric.add(one.probabilities(), one.number(), one.labels());
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("{} is made anew", file, e);
      return Optional.empty();
    }
    long wanted = ExampleFolder.split(part.getInfo(), Splits.TEST).getShardLength(shard);
    return metric.images() == wanted ? Optional.of(metric) : Optional.empty();
  }
}
