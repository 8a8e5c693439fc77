package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.ShardSummary;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A shard's file and a summary beside it, before their folder is finished. They keep temporary
 * names that are derived from their inputs, so that a second attempt, after a crash or in a second
 * launch, finds them and need not begin again.
 *
 * @param plan of its split
 * @param shard its number
 * @param path of the records
 */
record ShardFile(SplitPlan plan, int shard, String path) {
  private static final int SUMMARY_LIMIT_BYTES = 1 << 28;
  private static final int NAME_BYTES = 16;

  /** Raised when the same inputs would give other bytes. */
  private static final String VERSION = "shard 1";

  /**
   * The file of a shard.
   *
   * @param references its images, ordered by key
   */
  static ShardFile of(
      SplitPlan plan, ImageSource source, int shard, List<ImageReference> references) {
    String name =
        ExampleFolder.shardName(plan.task().getName(), plan.split(), shard, plan.shards());
    String attempt = fingerprint(plan, source, references);
    String path =
        ArtifactFolder.at(plan.folder()).file(ArtifactFolder.UNFINISHED + attempt + '-' + name);
    return new ShardFile(plan, shard, path);
  }

  /** The summary, if the file was written to its end before. */
  Optional<ShardSummary> made() throws IOException {
    ShardSummary summary;
    try {
      summary = ShardSummary.parseFrom(Storage.read(summaryPath(), SUMMARY_LIMIT_BYTES));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    boolean whole =
        Storage.find(path).map(file -> file.sizeBytes() == summary.getBytes()).orElse(false);
    return whole ? Optional.of(summary) : Optional.empty();
  }

  /** Begins to write it. */
  OpenShard open() throws IOException {
    return new OpenShard(plan, shard, path, summaryPath());
  }

  private String summaryPath() {
    return path + ".summary";
  }

  /** Hash of everything that determines the shard's bytes. */
  private static String fingerprint(
      SplitPlan plan, ImageSource source, List<ImageReference> references) {
    MessageDigest digest = Hashing.sha256();
    Hashing.putText(digest, VERSION);
    Hashing.putText(digest, source.identity());
    Hashing.putText(digest, plan.format().text());
    Hashing.putInt(digest, plan.imageOptions().getImageSize());
    Hashing.putInt(digest, plan.imageOptions().getResizeValue());
    Hashing.putInt(digest, plan.task().getClasses());
    if (plan.imageOptions().getPixelsValue() != 0) {
      Hashing.putInt(digest, plan.imageOptions().getPixelsValue());
    }
    if (plan.imageOptions().hasText()) {
      Hashing.putText(digest, plan.imageOptions().getText().getVocabularyHash());
      Hashing.putInt(digest, plan.imageOptions().getText().getTokens());
    }
    references.forEach(reference -> PreprocessPlan.putReference(digest, reference));
    return Hashing.hex(Arrays.copyOf(digest.digest(), NAME_BYTES));
  }
}
