package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.SplitInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides an evaluation into parts that workers take. Each part costs the loading of its model, so
 * a job with few of all images stays whole; each large job is divided, so that no worker is left
 * with hours of work when the others are done.
 */
final class EvaluationShards {
  /** What all images are divided by; there are more parts where jobs are smaller. */
  private static final int WANTED = 128;

  private EvaluationShards() {}

  /**
   * Parts of nearly equal size, in the order of jobs and shards.
   *
   * @param wholes all shards of each job
   */
  static List<EvaluationShard> of(List<EvaluationShard> wholes) {
    long all = wholes.stream().mapToLong(EvaluationShards::images).sum();
    long enough = (all + WANTED - 1) / WANTED;
    List<EvaluationShard> parts = new ArrayList<>();
    for (EvaluationShard whole : wholes) {
      EvaluationShard.Builder part = whole.toBuilder().clearShard();
      long images = 0;
      for (int shard : whole.getShardList()) {
        images += ExampleFolder.split(whole.getInfo(), Splits.TEST).getShardLength(shard);
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

  /** Images of a part. */
  static long images(EvaluationShard part) {
    SplitInfo test = ExampleFolder.split(part.getInfo(), Splits.TEST);
    return part.getShardList().stream().mapToLong(test::getShardLength).sum();
  }
}
