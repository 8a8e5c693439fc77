package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.ShardScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class SumShardsTest {
  private static final SumShards SUM = new SumShards();

  @Test
  void add_anyOrder_isTheSameSum() {
    ShardScore one = shard(Metric.ACCURACY, 1, 1, 0);
    ShardScore two = shard(Metric.ACCURACY, 0, 0, 1, 1);
    ShardScore ab = SUM.addInput(SUM.addInput(SUM.createAccumulator(), one), two);
    ShardScore ba = SUM.mergeAccumulators(List.of(two, one, SUM.createAccumulator()));
    assertThat(ab).isEqualTo(ba);
    assertThat(ab.getImages()).isEqualTo(7);
    assertThat(ab.getJob().getJobId()).isEqualTo("j");
    // Class 1 is always predicted.
    assertThat(MetricAccumulator.fromProto(ab.getMetric()).value()).isEqualTo(4.0 / 7);
  }

  @Test
  void add_rankedScores_haveTheSameValueInAnyOrder() {
    ShardScore one = shard(Metric.ROC_AUC, 1, 0);
    ShardScore two = shard(Metric.ROC_AUC, 0, 1, 1);
    assertThat(value(SUM.mergeAccumulators(List.of(one, two))))
        .isEqualTo(value(SUM.mergeAccumulators(List.of(two, one))));
  }

  @Test
  void add_failure_staysAndDropsTheMetric() {
    ShardScore good = shard(Metric.ACCURACY, 1);
    ShardScore bad = ShardScore.newBuilder().setFailure("x").build();
    ShardScore worse = ShardScore.newBuilder().setFailure("a").build();
    ShardScore sum = SUM.mergeAccumulators(List.of(good, bad, worse));
    assertThat(sum.getFailure()).isEqualTo("a");
    assertThat(sum.hasMetric()).isFalse();
    assertThat(SUM.addInput(sum, good).getFailure()).isEqualTo("a");
  }

  @Test
  void add_hiddenRecords_areCountedApartAndTheirFailureLeavesTheMetric() {
    ShardScore hidden = ShardScore.newBuilder().setHiddenRecords(4).build();
    ShardScore failed = ShardScore.newBuilder().setHiddenFailure("x").build();
    ShardScore sum =
        SUM.mergeAccumulators(List.of(hidden, shard(Metric.ACCURACY, 1), failed, hidden));
    assertThat(sum.getImages()).isEqualTo(1);
    assertThat(sum.getHiddenRecords()).isEqualTo(8);
    assertThat(sum.getHiddenFailure()).isEqualTo("x");
    assertThat(sum.getFailure()).isEmpty();
    assertThat(value(sum)).isEqualTo(1.0);
  }

  private static double value(ShardScore sum) {
    return MetricAccumulator.fromProto(sum.getMetric()).value();
  }

  private static ShardScore shard(Metric metric, int... labels) {
    MetricAccumulator accumulator = MetricAccumulator.of(metric, 2, false, List.of());
    for (int i = 0; i < labels.length; i++) {
      accumulator.add(new double[] {0.25, 0.5 + i % 2}, labels[i]);
    }
    return ShardScore.newBuilder()
        .setJob(JobResult.newBuilder().setJobId("j"))
        .setImages(labels.length)
        .setMetric(accumulator.toProto())
        .build();
  }
}
