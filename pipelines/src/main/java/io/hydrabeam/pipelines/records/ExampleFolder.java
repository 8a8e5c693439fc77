package io.hydrabeam.pipelines.records;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.MultisetHash;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The folder of a task's TFRecords: {@code <examples>/<benchmark>/<task>}, and below it one for
 * each few-shot variant, as {@code 5shot_seed0}, or {@code full}. The task's own folder then holds
 * the test split, the variant's the training splits. Records without labels are in a folder of
 * their own too, {@code hidden}: so they may come later, and other ones change nothing of what a
 * training depends on.
 */
public final class ExampleFolder {
  /** The task's own folder. */
  public static final String NO_VARIANT = "";

  /** The folder of records without labels. */
  public static final String HIDDEN = Splits.HIDDEN;

  /** {@code shots} that stands for all images. */
  public static final int ALL_SHOTS = -1;

  private static final String FULL = "full";

  private ExampleFolder() {}

  /**
   * The name of a few-shot variant.
   *
   * @param shots images per class; {@link #ALL_SHOTS} for all of them, of which there is one
   *     variant whatever the seed; 0 where a task's splits are fixed
   * @param seed of the sample
   */
  public static String variant(int shots, long seed) {
    return switch (shots) {
      case 0 -> NO_VARIANT;
      case ALL_SHOTS -> FULL;
      default -> "%dshot_seed%d".formatted(shots, seed);
    };
  }

  /** Where a task's folder is. */
  public static ArtifactFolder at(String examples, String benchmark, String task) {
    return at(examples, benchmark, task, NO_VARIANT);
  }

  /** Where the folder of a variant is. */
  public static ArtifactFolder at(String examples, String benchmark, String task, String variant) {
    String folder = benchmark + '/' + task + (variant.isEmpty() ? "" : '/' + variant);
    return ArtifactFolder.at(Storage.resolve(examples, folder));
  }

  /** As the other {@code open}, for the task's own folder. */
  public static DatasetInfo open(String examples, String benchmark, String task) {
    return open(examples, benchmark, task, NO_VARIANT);
  }

  /**
   * What is known of finished data.
   *
   * @param variant from {@link #variant}
   * @throws HydraException if the folder is not finished, or its files are not as its marker says
   */
  public static DatasetInfo open(String examples, String benchmark, String task, String variant) {
    ArtifactFolder folder = at(examples, benchmark, task, variant);
    Optional<DatasetInfo> info = find(examples, benchmark, task, variant);
    return info.orElseThrow(
        () ->
            HydraException.usage(
                "%s has no finished examples (%s is missing): run preprocess with --benchmark=%s --tasks=%s%s"
                    .formatted(
                        folder.path(), ArtifactFolder.MARKER, benchmark, task, options(variant))));
  }

  /** As the other {@code find}, for the task's own folder. */
  public static Optional<DatasetInfo> find(String examples, String benchmark, String task) {
    return find(examples, benchmark, task, NO_VARIANT);
  }

  /** As {@link #open}; empty where the folder is missing or not finished. */
  public static Optional<DatasetInfo> find(
      String examples, String benchmark, String task, String variant) {
    ArtifactFolder folder = at(examples, benchmark, task, variant);
    try {
      return folder.read(DatasetInfo.getDefaultInstance());
    } catch (IOException e) {
      throw HydraException.io("read", folder.path(), e);
    }
  }

  /**
   * A split of a task, or the union of several as {@code train+val}, which is formed here and
   * stored nowhere.
   *
   * @throws HydraException if the data set has none of this name
   */
  public static SplitInfo split(DatasetInfo info, String split) {
    List<SplitInfo> parts = new ArrayList<>();
    for (String part : parts(split)) {
      parts.add(stored(info, part));
    }
    return parts.size() == 1 ? parts.get(0) : union(split, parts);
  }

  /** The split of records without labels, if the data set has one. */
  public static Optional<SplitInfo> hidden(DatasetInfo info) {
    return info.getSplitList().stream()
        .filter(split -> split.getName().equals(Splits.HIDDEN))
        .findFirst();
  }

  /**
   * A split's shards, in order; read each with {@link StoredRecords#open}.
   *
   * @param info what the reader goes by
   * @throws IOException if the marker cannot be read, lacks a shard, or is of other data by now
   */
  public static List<StoredShard> shards(String examples, DatasetInfo info, String split)
      throws IOException {
    ArtifactFolder folder =
        at(
            examples,
            info.getBenchmark(),
            info.getTask().getName(),
            split.equals(Splits.HIDDEN) ? HIDDEN : variant(info.getShots(), info.getSampleSeed()));
    ArtifactFolder.Contents<DatasetInfo> now =
        folder
            .contents(DatasetInfo.getDefaultInstance())
            .orElseThrow(() -> new IOException(folder.path() + " is being made anew"));
    String hash =
        split.equals(Splits.HIDDEN) ? hiddenHash(now.message()) : now.message().getDataHash();
    String planned = split.equals(Splits.HIDDEN) ? hiddenHash(info) : info.getDataHash();
    if (!hash.equals(planned)) {
      throw new IOException(
          "%s was made anew meanwhile: its data hash is %.12s, that of the plan %.12s"
              .formatted(folder.path(), hash, planned));
    }
    Map<String, String> hashes =
        now.files().stream().collect(Collectors.toMap(StoredFile::name, StoredFile::sha256));
    List<StoredShard> shards = new ArrayList<>();
    for (String part : parts(split)) {
      int count = stored(info, part).getShardLengthCount();
      for (int i = 0; i < count; i++) {
        String name = shardName(info.getTask().getName(), part, i, count);
        String sha256 = hashes.get(name);
        if (sha256 == null) {
          throw new IOException(
              "%s does not name %s".formatted(folder.file(ArtifactFolder.MARKER), name));
        }
        shards.add(new StoredShard(folder.file(name), sha256));
      }
    }
    return shards;
  }

  /** What identifies hidden records, whatever data set they are told with. */
  private static String hiddenHash(DatasetInfo info) {
    return hidden(info).map(SplitInfo::getContentHash).orElse("");
  }

  /** A shard's file name, as TFDS forms it. */
  public static String shardName(String task, String split, int shard, int shards) {
    return "%s-%s.tfrecord-%05d-of-%05d".formatted(task, split, shard, shards);
  }

  private static List<String> parts(String split) {
    return Arrays.asList(split.split(Pattern.quote(Splits.UNION), -1));
  }

  private static SplitInfo stored(DatasetInfo info, String split) {
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

  private static SplitInfo union(String name, List<SplitInfo> parts) {
    SplitInfo.Builder union = SplitInfo.newBuilder().setName(name);
    MultisetHash content = new MultisetHash();
    int classes = parts.stream().mapToInt(SplitInfo::getClassCountCount).max().orElse(0);
    long[] counts = new long[classes];
    for (SplitInfo part : parts) {
      union.addAllShardLength(part.getShardLengthList()).addAllShardHash(part.getShardHashList());
      union.setImages(union.getImages() + part.getImages());
      union.setBytes(union.getBytes() + part.getBytes());
      if (!part.getContentHash().isEmpty()) {
        content.addHex(part.getContentHash());
      }
      for (int label = 0; label < part.getClassCountCount(); label++) {
        counts[label] += part.getClassCount(label);
      }
    }
    for (long count : counts) {
      union.addClassCount(count);
    }
    boolean identified = parts.stream().noneMatch(part -> part.getContentHash().isEmpty());
    return union.setContentHash(identified ? content.hex() : "").build();
  }

  /** The options of preprocess that make a variant. */
  private static String options(String variant) {
    int shots = variant.indexOf("shot_seed");
    if (shots > 0) {
      return " --shots=%s --seeds=%s"
          .formatted(variant.substring(0, shots), variant.substring(shots + "shot_seed".length()));
    }
    return variant.equals(FULL) ? " --shots=full" : "";
  }
}
