package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.protos.ShardScore;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.extensions.protobuf.ProtoCoder;
import org.apache.beam.sdk.transforms.Combine;

/**
 * Joins what the metric has gathered of a job's shards; of several failures one stays, whatever the
 * order. Thin: the metrics themselves know no Beam.
 */
final class SumShards extends Combine.CombineFn<ShardScore, ShardScore, ShardScore> {
  private static final long serialVersionUID = 1L;

  @Override
  public ShardScore createAccumulator() {
    return ShardScore.getDefaultInstance();
  }

  @Override
  public ShardScore addInput(ShardScore sum, ShardScore shard) {
    return add(sum, shard);
  }

  @Override
  public ShardScore mergeAccumulators(Iterable<ShardScore> sums) {
    ShardScore all = createAccumulator();
    for (ShardScore sum : sums) {
      all = add(all, sum);
    }
    return all;
  }

  @Override
  public ShardScore extractOutput(ShardScore sum) {
    return sum;
  }

  @Override
  public Coder<ShardScore> getAccumulatorCoder(CoderRegistry registry, Coder<ShardScore> input) {
    return ProtoCoder.of(ShardScore.class);
  }

  private static ShardScore add(ShardScore a, ShardScore b) {
    ShardScore.Builder sum = (a.hasJob() ? a : b).toBuilder();
    sum.setImages(a.getImages() + b.getImages());
    sum.setHiddenRecords(a.getHiddenRecords() + b.getHiddenRecords());
    sum.setHiddenFailure(first(a.getHiddenFailure(), b.getHiddenFailure()));
    sum.setFailure(first(a.getFailure(), b.getFailure()));
    if (!sum.getFailure().isEmpty()) {
      return sum.clearMetric().build();
    }
    if (a.hasMetric() && b.hasMetric()) {
      MetricAccumulator metric = MetricAccumulator.fromProto(a.getMetric());
      metric.merge(MetricAccumulator.fromProto(b.getMetric()));
      sum.setMetric(metric.toProto());
    } else if (b.hasMetric()) {
      sum.setMetric(b.getMetric());
    } else if (a.hasMetric()) {
      sum.setMetric(a.getMetric());
    }
    return sum.build();
  }

  /** The first in the alphabet, so that the runner's order does not matter. */
  private static String first(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a + b;
    }
    return a.compareTo(b) <= 0 ? a : b;
  }
}
