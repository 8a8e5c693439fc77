package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.SplitInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Divides an evaluation into parts that workers take. Each part costs the loading of its model, so
 * a job with few of all images stays whole; each large job is divided, so that no worker is left
 * with hours of work when the others are done.
 */
public final class EvaluationShards {
  /** What all images are divided by; there are more parts where jobs are smaller. */
  private static final int WANTED = 128;

  private EvaluationShards() {}

  /**
   * All of a job's test split.
   *
   * @param job with its folder
   * @param run name of the run that it belongs to
   * @param examples folder of all TFRecords
   * @param info of the test data; its task is the one whose metric counts
   * @param backbone as in {@code --backbone}
   */
  public static EvaluationShard whole(
      JobResult job, String run, String examples, DatasetInfo info, String backbone) {
    return EvaluationShard.newBuilder()
        .setJob(job)
        .setRun(run)
        .setExamples(examples)
        .setInfo(info)
        .setBackbone(backbone)
        .addAllShard(all(ExampleFolder.split(info, Splits.TEST)))
        .build();
  }

  /**
   * Parts of nearly equal size, in the order of jobs and shards; hidden records after the test
   * split.
   *
   * @param wholes all test shards of each job
   */
  static List<EvaluationShard> of(List<EvaluationShard> wholes) {
    List<EvaluationShard> splits = wholes.stream().flatMap(EvaluationShards::splits).toList();
    long all = splits.stream().mapToLong(EvaluationShards::images).sum();
    long enough = (all + WANTED - 1) / WANTED;
    List<EvaluationShard> parts = new ArrayList<>();
    for (EvaluationShard whole : splits) {
      EvaluationShard.Builder part = whole.toBuilder().clearShard();
      long images = 0;
      for (int shard : whole.getShardList()) {
        images += split(whole).getShardLength(shard);
        part.addShard(shard);
        if (images >= enough) {
          parts.add(part.build());
          part.clearShard();
          images = 0;
        }
      }
      if (part.getShardCount() > 0) {
        parts.add(part.build());
      }
    }
    return parts;
  }

  private static Stream<EvaluationShard> splits(EvaluationShard whole) {
    Stream<EvaluationShard> hidden =
        ExampleFolder.hidden(whole.getInfo()).stream()
            .map(
                split ->
                    whole.toBuilder()
                        .setOfHidden(true)
                        .clearShard()
                        .addAllShard(all(split))
                        .build());
    return Stream.concat(Stream.of(whole), hidden);
  }

  private static Iterable<Integer> all(SplitInfo split) {
    return () -> IntStream.range(0, split.getShardLengthCount()).iterator();
  }

  /** The split that a part is of. */
  static SplitInfo split(EvaluationShard part) {
    return ExampleFolder.split(part.getInfo(), part.getOfHidden() ? Splits.HIDDEN : Splits.TEST);
  }

  /** Images of a part. */
  static long images(EvaluationShard part) {
    SplitInfo split = split(part);
    return part.getShardList().stream().mapToLong(split::getShardLength).sum();
  }
}
