package io.hydrabeam.pipelines.preprocess;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ShardSummary;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What identifies the images of a task's test split, kept in its folder so that every sample that
 * is stored later can be searched for test images.
 */
final class TestDigests {
  static final String FILE = "digests.binpb";
  private static final int LIMIT_BYTES = 1 << 29;

  private TestDigests() {}

  /** The contents of the file. */
  static byte[] write(List<ShardSummary> shards) {
    ShardSummary.Builder all = ShardSummary.newBuilder().setSplit(Splits.TEST);
    for (ShardSummary shard : shards) {
      all.addAllImage(shard.getImageList());
    }
    return all.build().toByteArray();
  }

  /** The test images beside a sample; empty where none are finished. */
  static Optional<ShardSummary> find(String examples, CommitPlan plan) throws IOException {
    ArtifactFolder folder = ExampleFolder.at(examples, plan.benchmark(), plan.task().getName());
    try {
      return Optional.of(ShardSummary.parseFrom(Storage.read(folder.file(FILE), LIMIT_BYTES)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(folder.file(FILE) + " is damaged", e);
    }
  }
}
