package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ListedKey;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A few-shot benchmark in ELEVATER's layout with a task for each metric, one of them multilabel,
 * and finished linear jobs with heads that were drawn, not trained. Images of a test split lie in
 * two shards, every other one in each.
 */
final class FewShotFixture {
  static final String NAME = "fewshot";
  static final int IMAGES = 13;
  static final int SHOTS = 5;
  private static final int SIDE = 32;
  private static final int SHARDS = 2;
  private static final VitConfig VIT = VitConfig.tiny();

  static final List<Task> TASKS =
      List.of(
          task("acc", 3, Metric.ACCURACY, false),
          task("classes", 4, Metric.MEAN_PER_CLASS, false),
          task("voc", 3, Metric.MEAN_AVERAGE_PRECISION_11_POINT, true),
          task("memes", 2, Metric.ROC_AUC, false));

  private final Path root;

  private FewShotFixture(Path root) {
    this.root = root;
  }

  /** Writes catalog and test data. */
  static FewShotFixture write(Path root) throws IOException {
    FewShotFixture fixture = new FewShotFixture(root);
    StringBuilder catalog = new StringBuilder("benchmark: \"fewshot\" layout: VISION_DATASETS\n");
    for (Task task : TASKS) {
      catalog.append(
          "task { name: \"%s\" classes: %d metric: %s multilabel: %s }\n"
              .formatted(
                  task.getName(), task.getClasses(), task.getMetric(), task.getMultilabel()));
      fixture.writeTest(task, ListedKey::of, labels(task));
    }
    Files.writeString(root.resolve("catalog.textproto"), catalog);
    return fixture;
  }

  String path(String name) {
    return root.resolve(name).toString();
  }

  /** A key from a place and a path. */
  @FunctionalInterface
  interface Keys {
    String of(int place, String path);
  }

  /** Labels by place; class 3 of the task "classes" has no test image. */
  static int[][] labels(Task task) {
    int classes = Math.min(task.getClasses(), 3);
    return IntStream.range(0, IMAGES)
        .mapToObj(
            i ->
                !task.getMultilabel()
                    ? new int[] {i % classes}
                    : i % 4 == 3 ? new int[0] : i % 5 == 0 ? new int[] {0, 2} : new int[] {i % 3})
        .toArray(int[][]::new);
  }

  void writeTest(Task task, Keys keys, int[][] labels) throws IOException {
    ArtifactFolder folder = ExampleFolder.at(path("examples"), NAME, task.getName());
    folder.retract();
    SplitInfo.Builder test = SplitInfo.newBuilder().setName("test").setImages(labels.length);
    long[] counts = new long[task.getClasses()];
    Random random = new Random(task.getName().hashCode());
    byte[][] records = new byte[labels.length][];
    for (int i = 0; i < records.length; i++) {
      byte[] rgb = new byte[SIDE * SIDE * 3];
      random.nextBytes(rgb);
      RgbImage image = new RgbImage(SIDE, SIDE, rgb);
      String key = keys.of(i, "test.zip@%d.png".formatted(labels.length - i));
      records[i] =
          ExampleCodec.encode(
                  key, IntStream.of(labels[i]).boxed().toList(), image, image, StorageFormat.RAW)
              .bytes();
      for (int label : labels[i]) {
        counts[label]++;
      }
    }
    try (ArtifactCommit commit = folder.begin()) {
      for (int shard = 0; shard < SHARDS; shard++) {
        String name = ExampleFolder.shardName(task.getName(), "test", shard, SHARDS);
        int length = 0;
        try (TfRecordWriter writer = new TfRecordWriter(commit.create(name))) {
          for (int i = shard; i < records.length; i += SHARDS) {
            writer.write(records[i]);
            length++;
          }
        }
        test.addShardLength(length);
      }
      for (long count : counts) {
        test.addClassCount(count);
      }
      test.setContentHash("content of " + task.getName());
      commit.commit(info(task).setDataHash("test data").addSplit(test).build());
    }
  }

  /** Finished jobs of a task, with the examples that they would have been trained on. */
  void writeJobs(Task task, long... seeds) throws IOException {
    for (long seed : seeds) {
      writeVariant(info(task), seed);
      writeJob(task, seed);
    }
  }

  void writeVariant(DatasetInfo.Builder info, long seed) throws IOException {
    String task = info.getTask().getName();
    ArtifactFolder folder =
        ExampleFolder.at(path("examples"), NAME, task, ExampleFolder.variant(SHOTS, seed));
    folder.retract();
    try (ArtifactCommit commit = folder.begin()) {
      commit.commit(
          info.setShots(SHOTS).setSampleSeed(seed).setDataHash(dataHash(task, seed)).build());
    }
  }

  private void writeJob(Task task, long seed) throws IOException {
    Backbone backbone = Backbone.random(VIT, seed);
    AdapterConfig config =
        new AdapterConfig(
            Method.LINEAR,
            null,
            VIT,
            task.getClasses(),
            false,
            Normalization.IMAGENET,
            backbone.hash(),
            Map.of());
    Path adapter = root.resolve("adapter");
    AdapterCheckpoint.save(adapter, config, head(task.getClasses(), seed));
    JobKey key =
        JobKey.newBuilder()
            .setBenchmark(NAME)
            .setTask(task.getName())
            .setClasses(task.getClasses())
            .setDataHash(dataHash(task.getName(), seed))
            .setTrainSplit("train+val")
            .setBackboneHash("random:32/8/32/1/4/128")
            .setMethod(Method.LINEAR)
            .setNormalization(Normalization.IMAGENET)
            .setSeed(seed)
            .setShots(SHOTS)
            .setTune("sweep")
            .setMetric(task.getMetric())
            .setMultilabel(task.getMultilabel())
            .build();
    String id = "%s-job%d".formatted(task.getName(), seed);
    String folder =
        root.resolve("runs").resolve("r").resolve(task.getName()).resolve(id).toString();
    try (ArtifactCommit commit = ArtifactFolder.at(folder).begin()) {
      for (String file : List.of(AdapterCheckpoint.TENSORS, AdapterCheckpoint.CONFIG)) {
        commit.copy(adapter.resolve(file), file);
      }
      long trainable = VitParameters.count(VitParameters.headShapes(VIT, task.getClasses()));
      commit.commit(
          JobResult.newBuilder()
              .setJobId(id)
              .setKey(key)
              .setTrainableParameters(trainable)
              .setTotalParameters(trainable + towerParameters())
              .build());
    }
  }

  static long towerParameters() {
    return VitParameters.count(VitParameters.shapes(VIT));
  }

  /** What is known of data of a task. */
  static DatasetInfo.Builder info(Task task) {
    return DatasetInfo.newBuilder()
        .setBenchmark(NAME)
        .setTask(task)
        .setImageOptions(ImageOptions.newBuilder().setImageSize(SIDE));
  }

  private static Map<String, HostTensor> head(int classes, long seed) {
    Random random = new Random(seed);
    Map<String, HostTensor> head = new LinkedHashMap<>();
    VitParameters.headShapes(VIT, classes)
        .forEach(
            (name, shape) -> {
              float[] values = new float[IntStream.of(shape).reduce(1, (a, b) -> a * b)];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
              }
              head.put(name, new HostTensor(shape, values));
            });
    return head;
  }

  private static String dataHash(String task, long seed) {
    return "data of %s, seed %d".formatted(task, seed);
  }

  private static Task task(String name, int classes, Metric metric, boolean multilabel) {
    return Task.newBuilder()
        .setName(name)
        .setClasses(classes)
        .setMetric(metric)
        .setMultilabel(multilabel)
        .build();
  }
}
