package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.ShardScore;
import io.hydrabeam.protos.Task;
import java.util.Optional;

/** What is gathered of a shard: by the task's metric, or of hidden records their number alone. */
final class ShardTally {
  /** Empty: the records have no labels. */
  private final Optional<MetricAccumulator> metric;

  private long records;

  private ShardTally(Optional<MetricAccumulator> metric) {
    this.metric = metric;
  }

  /** Without a record. */
  static ShardTally of(EvaluationShard part) {
    Task task = part.getInfo().getTask();
    return new ShardTally(
        part.getOfHidden()
            ? Optional.empty()
            : Optional.of(
                MetricAccumulator.of(
                    task.getMetric(),
                    task.getClasses(),
                    task.getMultilabel(),
                    EvaluationShards.split(part).getClassCountList())));
  }

  /**
   * Takes a record.
   *
   * @param probabilities of the classes, or the number of a regression
   * @param number true one of a regression
   * @param labels true classes
   */
  void add(float[] probabilities, float number, int... labels) {
    metric.ifPresent(of -> of.add(probabilities, number, labels));
    records++;
  }

  /** Records so far. */
  long records() {
    return records;
  }

  /** Tells what was gathered. */
  ShardScore in(ShardScore.Builder score) {
    return metric
        .map(of -> score.setImages(records).setMetric(of.toProto()))
        .orElseGet(() -> score.setHiddenRecords(records))
        .build();
  }
}
