package io.hydrabeam.pipelines.records;

import io.hydrabeam.pipelines.common.ArtifactFolder;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.Storage;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folder of a task's TFRecords: {@code <examples>/<benchmark>/<task>}. */
public final class ExampleFolder {
  private ExampleFolder() {}

  /** Where a task's folder is. */
  public static ArtifactFolder at(String examples, String benchmark, String task) {
    return ArtifactFolder.at(Storage.resolve(examples, benchmark + '/' + task));
  }

  /**
   * What is known of a task's finished data.
   *
   * @throws HydraException if the folder is not finished, or its files are not as its marker says
   */
  public static DatasetInfo open(String examples, String benchmark, String task) {
    ArtifactFolder folder = at(examples, benchmark, task);
    Optional<DatasetInfo> info = find(examples, benchmark, task);
    return info.orElseThrow(
        () ->
            HydraException.usage(
                "%s has no finished examples (%s is missing): run preprocess with --benchmark=%s --tasks=%s"
                    .formatted(folder.path(), ArtifactFolder.MARKER, benchmark, task)));
  }

  /** As {@link #open}; empty where the folder is missing or not finished. */
  public static Optional<DatasetInfo> find(String examples, String benchmark, String task) {
    ArtifactFolder folder = at(examples, benchmark, task);
    try {
      return folder.read(DatasetInfo.getDefaultInstance());
    } catch (IOException e) {
      throw HydraException.io("read", folder.path(), e);
    }
  }

  /**
   * A split of a task.
   *
   * @throws HydraException if the data set has none of this name
   */
  public static SplitInfo split(DatasetInfo info, String split) {
    for (SplitInfo candidate : info.getSplitList()) {
      if (candidate.getName().equals(split)) {
        return candidate;
      }
    }
    throw HydraException.usage(
        "task %s has no split %s; it has %s"
            .formatted(
                info.getTask().getName(),
                split,
                String.join(", ", info.getSplitList().stream().map(SplitInfo::getName).toList())));
  }

  /** Paths of a split's shards, in order; read each with {@link ImageRecords#open}. */
  public static List<String> shards(String examples, DatasetInfo info, String split) {
    SplitInfo found = split(info, split);
    ArtifactFolder folder = at(examples, info.getBenchmark(), info.getTask().getName());
    int count = found.getShardLengthCount();
    List<String> shards = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      shards.add(folder.file(shardName(info.getTask().getName(), split, i, count)));
    }
    return shards;
  }

  /** A shard's file name, as TFDS forms it. */
  public static String shardName(String task, String split, int shard, int shards) {
    return "%s-%s.tfrecord-%05d-of-%05d".formatted(task, split, shard, shards);
  }
}
