package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A user's benchmark of small tasks that a tiny model learns: the class is the image's brightest
 * colour. Two shards a split.
 */
public final class TinyBenchmark {
  /** A class name that a page must take for text. */
  public static final String HOSTILE_CLASS = "<script>\"\uD83D\uDC19\"</script>";

  private static final List<String> CLASS_NAMES = List.of("red", "green", HOSTILE_CLASS);

  public static final String NAME = "tiny";
  private static final int SIDE = 32;
  private static final int CLASSES = 3;
  private static final int SHARDS = 2;
  private static final Map<String, Integer> SIZES =
      Map.of(
          Splits.TRAIN,
          24,
          Splits.VALIDATION,
          12,
          Splits.TRAIN_VALIDATION,
          36,
          Splits.TEST,
          21,
          "train",
          12,
          "val",
          3);

  private final Path root;

  private TinyBenchmark(Path root) {
    this.root = root;
  }

  /**
   * Writes catalog and examples.
   *
   * @param tasks names with groups
   */
  public static TinyBenchmark write(Path root, Map<String, String> tasks) throws IOException {
    TinyBenchmark benchmark = new TinyBenchmark(root);
    StringBuilder catalog = new StringBuilder("benchmark: \"tiny\"\n");
    for (Map.Entry<String, String> task : tasks.entrySet()) {
      catalog.append(
          """
          task {
            name: "%s" group: "%s" classes: %d
            recipe { learning_rate: 1e-2 batch: 12 epochs: 2 drop_path: 0 warmup_epochs: 0
                     origin: "made up for a test" }
          }
          """
              .formatted(task.getKey(), task.getValue(), CLASSES));
      benchmark.writeTask(task.getKey(), task.getValue());
    }
    Files.writeString(root.resolve("catalog.textproto"), catalog);
    return benchmark;
  }

  /**
   * Writes one task of few-shot data, whose catalog asks for a sweep of short trainings: split
   * test, and 5 shots drawn with each of the seeds.
   */
  public static TinyBenchmark writeFewShot(Path root, String task, long... seeds)
      throws IOException {
    TinyBenchmark benchmark = new TinyBenchmark(root);
    Files.writeString(
        root.resolve("catalog.textproto"),
        """
        benchmark: "tiny"
        layout: IMAGE_FOLDER
        tune: "sweep"
        recipe { scale: 1 dropout: 0 batch: 8 epochs: 2 sweep_epochs: 4 drop_path: 0
                 optimizer: SGD schedule: CONSTANT batch_norm: true keep_remainder: true site: MLP
                 origin: "made up for a test" }
        task { name: "%s" classes: %d }
        """
            .formatted(task, CLASSES));
    benchmark.writeVariant(task, 0, 0, List.of(Splits.TEST));
    for (long seed : seeds) {
      benchmark.writeVariant(task, 5, seed, List.of("train", "val"));
    }
    return benchmark;
  }

  private void writeVariant(String task, int shots, long seed, List<String> splits)
      throws IOException {
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark(NAME)
            .setTask(Task.newBuilder().setName(task).setClasses(CLASSES))
            .setImageOptions(ImageOptions.newBuilder().setImageSize(SIDE))
            .setShots(shots)
            .setSampleSeed(seed)
            .addAllClassName(CLASS_NAMES)
            .setDataHash("%s %d %d in %s".formatted(task, shots, seed, root));
    ArtifactFolder folder =
        ExampleFolder.at(examples(), NAME, task, ExampleFolder.variant(shots, seed));
    try (ArtifactCommit commit = folder.begin()) {
      for (String split : splits) {
        info.addSplit(writeSplit(commit, task, split));
      }
      commit.commit(info.build());
    }
  }

  public String catalog() {
    return root.resolve("catalog.textproto").toString();
  }

  public String examples() {
    return root.resolve("examples").toString();
  }

  public String runs() {
    return root.resolve("runs").toString();
  }

  public String scores() {
    return root.resolve("scores").toString();
  }

  /** Replaces a split's shards by bytes that nobody can read, of the same length. */
  public void destroy(String task, String split) throws IOException {
    for (int shard = 0; shard < SHARDS; shard++) {
      Path file =
          root.resolve("examples")
              .resolve(NAME)
              .resolve(task)
              .resolve(ExampleFolder.shardName(task, split, shard, SHARDS));
      Files.write(file, new byte[(int) Files.size(file)]);
    }
  }

  private void writeTask(String name, String group) throws IOException {
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark(NAME)
            .setTask(Task.newBuilder().setName(name).setGroup(group).setClasses(CLASSES))
            .setImageOptions(ImageOptions.newBuilder().setImageSize(SIDE))
            .addAllClassName(CLASS_NAMES)
            .setDataHash("data of " + name + " in " + root);
    ArtifactFolder folder = ExampleFolder.at(examples(), NAME, name);
    try (ArtifactCommit commit = folder.begin()) {
      for (String split : Splits.ALL) {
        info.addSplit(writeSplit(commit, name, split));
      }
      commit.commit(info.build());
    }
  }

  private static SplitInfo writeSplit(ArtifactCommit commit, String task, String split)
      throws IOException {
    int images = SIZES.getOrDefault(split, 0);
    SplitInfo.Builder info =
        SplitInfo.newBuilder()
            .setName(split)
            .setImages(images)
            .setContentHash(
                Hashing.sha256Hex((task + "/" + split).getBytes(StandardCharsets.UTF_8)));
    Random random = new Random((task + split).hashCode());
    for (int shard = 0; shard < SHARDS; shard++) {
      int from = images * shard / SHARDS;
      int to = images * (shard + 1) / SHARDS;
      try (TfRecordWriter writer =
          new TfRecordWriter(commit.create(ExampleFolder.shardName(task, split, shard, SHARDS)))) {
        for (int i = from; i < to; i++) {
          writer.write(example(split, i, random));
        }
      }
      info.addShardLength(to - from);
    }
    return info.build();
  }

  private static byte[] example(String split, int index, Random random) {
    int label = index % CLASSES;
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (random.nextInt(120) + (i % 3 == label ? 120 : 0));
    }
    RgbImage image = new RgbImage(SIDE, SIDE, rgb);
    String key = "images/%s/%06d.png".formatted(split, index);
    return ExampleCodec.encode(key, List.of(label), image, image, StorageFormat.RAW).bytes();
  }

  /** Names of the shards' folder, for tests that look. */
  public Path folder(String... parts) {
    Path at = root;
    for (String part : List.of(parts)) {
      at = at.resolve(part);
    }
    return at;
  }
}
