package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.Task;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How a split is to be stored.
 *
 * @param task it belongs to
 * @param variant that it belongs to
 * @param split its name
 * @param images listed
 * @param estimatedBytes of its records, from a few of its images
 * @param shards that it is divided into
 * @param imageOptions of the pixels
 * @param format of the records
 * @param folder that receives the shards
 */
public record SplitPlan(
    Task task,
    Variant variant,
    String split,
    long images,
    long estimatedBytes,
    int shards,
    ImageOptions imageOptions,
    StorageFormat format,
    String folder)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A split this large is divided even if its bytes are few, so that several workers share it. */
  private static final int IMAGES_PER_WORKER = 250;

  private static final int SHARDS_FOR_WORKERS = 16;

  /** Hashing spreads images unevenly; this keeps the fullest shard below the limit. */
  private static final double UNEVENNESS = 1.15;

  /** Names the split within the stage. */
  String id() {
    return folderId() + '/' + split;
  }

  /** Names the folder that it belongs to within the stage. */
  String folderId() {
    return TaskPlan.id(task, variant);
  }

  /** Number of shards; depends on the data alone, never on the machine. */
  static int shards(long images, long bytes, long shardBytes) {
    long forSize = (long) Math.ceil(bytes * UNEVENNESS / shardBytes);
    long forWorkers =
        Math.min(SHARDS_FOR_WORKERS, (images + IMAGES_PER_WORKER - 1) / IMAGES_PER_WORKER);
    return Math.toIntExact(Math.max(1, Math.min(images, Math.max(forSize, forWorkers))));
  }

  /** The shard of an image: decided by its key and nothing else. */
  int shardOf(String key) {
    byte[] hash = Hashing.sha256().digest(key.getBytes(StandardCharsets.UTF_8));
    return (int) Long.remainderUnsigned(ByteBuffer.wrap(hash).getLong(), shards);
  }
}
