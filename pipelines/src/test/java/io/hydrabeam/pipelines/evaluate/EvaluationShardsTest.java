package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.SplitInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationShardsTest {

  @Test
  void of_oneJob_isAPartForEachShard() {
    List<EvaluationShard> parts = EvaluationShards.of(List.of(job("a", 470, 470, 470, 470)));
    assertThat(shards(parts)).containsExactly("a[0]", "a[1]", "a[2]", "a[3]").inOrder();
  }

  @Test
  void of_manyJobs_keepsSmallOnesWholeAndDividesLargeOnes() {
    List<EvaluationShard> jobs =
        new ArrayList<>(Collections.nCopies(200, job("small", 50, 50, 50, 50)));
    jobs.add(job("large", 4_000, 4_000, 4_000));
    List<EvaluationShard> parts = EvaluationShards.of(jobs);
    assertThat(parts.stream().mapToLong(EvaluationShards::images).sum())
        .isEqualTo(200 * 200 + 12_000);
    assertThat(shards(parts.subList(0, 2)))
        .containsExactly("small[0, 1, 2, 3]", "small[0, 1, 2, 3]");
    assertThat(shards(parts.subList(200, parts.size())))
        .containsExactly("large[0]", "large[1]", "large[2]")
        .inOrder();
  }

  @Test
  void of_emptyShards_leavesNoneOut() {
    List<EvaluationShard> parts = EvaluationShards.of(List.of(job("a", 3, 0), job("b", 0)));
    assertThat(shards(parts)).containsExactly("a[0]", "a[1]", "b[0]").inOrder();
  }

  @Test
  void of_hiddenRecords_arePartsOfTheirOwn() {
    SplitInfo.Builder hidden =
        SplitInfo.newBuilder().setName(Splits.HIDDEN).addShardLength(5).addShardLength(400);
    EvaluationShard job = job("a", 3);
    EvaluationShard whole =
        job.toBuilder().setInfo(job.getInfo().toBuilder().addSplit(hidden)).build();
    List<EvaluationShard> parts = EvaluationShards.of(List.of(whole));
    assertThat(parts.stream().map(part -> part.getOfHidden() + " " + part.getShardList()))
        .containsExactly("false [0]", "true [0]", "true [1]")
        .inOrder();
    assertThat(parts.stream().mapToLong(EvaluationShards::images).sum()).isEqualTo(408);
    assertThat(EvaluationShards.images(whole)).isEqualTo(3);
  }

  private static EvaluationShard job(String run, long... shardLengths) {
    SplitInfo.Builder test = SplitInfo.newBuilder().setName(Splits.TEST);
    EvaluationShard.Builder whole = EvaluationShard.newBuilder().setRun(run);
    for (int i = 0; i < shardLengths.length; i++) {
      test.addShardLength(shardLengths[i]);
      whole.addShard(i);
    }
    return whole.setInfo(DatasetInfo.newBuilder().addSplit(test)).build();
  }

  private static List<String> shards(List<EvaluationShard> parts) {
    return parts.stream().map(part -> part.getRun() + part.getShardList()).toList();
  }
}
