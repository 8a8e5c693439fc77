package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;
import static io.hydrabeam.pipelines.evaluate.FewShotFixture.IMAGES;
import static io.hydrabeam.pipelines.evaluate.FewShotFixture.TASKS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.records.ListedKey;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each metric, multilabel predictions, few-shot data, and the leaderboard's files. */
class FewShotEvaluationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROW = "submission/linear-5-shots-holdout-tune-sweep-quirks-none/";

  @TempDir Path root;
  private FewShotFixture fixture;

  @BeforeEach
  void write() throws IOException {
    fixture = FewShotFixture.write(root);
  }

  @Test
  void run_allTasksAndSeeds_scoresByMetricAndWritesTheSubmission() throws IOException {
    for (Task task : TASKS) {
      fixture.writeJobs(task, 0, 1, 2);
    }
    EvaluateOptions options = options("all");
    StageResult result = EvaluatePipeline.run(options);
    assertThat(result.exitCode()).isEqualTo(0);
    assertThat(result.done()).isEqualTo(12);
    ArtifactFolder folder = ArtifactFolder.at(newest());
    folder.verify();
    EvaluationResult stored = stored(folder);
    assertThat(stored.getNoteList()).isEmpty();
    for (Score score : stored.getScoreList()) {
      Task task = task(score);
      List<JsonNode> lines = predictions(folder, score);
      assertThat(score.getScore()).isEqualTo(value(task, lines));
      assertThat(lines.get(0).has("labels")).isEqualTo(task.getMultilabel());
      assertThat(lines.get(0).has("predicted")).isNotEqualTo(task.getMultilabel());
      checkSubmission(read(folder, ROW + "seed%d_%s.json", score), score, lines);
    }
    checkZip(unzipped(folder), stored, folder);
    assertThat(String.join("\n", result.summary()))
        .contains("multilabel scores are softmax over the classes");
  }

  @Test
  void run_again_makesTheSameZip() throws IOException {
    for (Task task : TASKS) {
      fixture.writeJobs(task, 0);
    }
    EvaluateOptions options = options("all");
    assertThat(EvaluatePipeline.run(options).exitCode()).isEqualTo(0);
    byte[] first = Files.readAllBytes(Path.of(newest(), ROW, "all_predictions.zip"));
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    StageResult again = EvaluatePipeline.run(options, later);
    assertThat(again.skipped()).isEqualTo(4);
    assertThat(Files.readAllBytes(Path.of(newest(), ROW, "all_predictions.zip"))).isEqualTo(first);
    assertThat(String.join("\n", again.summary()))
        .contains("the leaderboard's few-shot track takes 5 shots and seeds 0, 1, 2");
  }

  @Test
  void run_someTasks_writesTheirFilesAndSaysWhyThereIsNoZip() throws IOException {
    fixture.writeJobs(TASKS.get(0), 0, 1);
    fixture.writeJobs(TASKS.get(3), 1);
    EvaluateOptions options = options("acc,memes");
    StageResult result = EvaluatePipeline.run(options);
    Path folder = Path.of(newest());
    assertThat(names(folder.resolve(ROW)))
        .containsExactly("seed0_acc.json", "seed1_acc.json", "seed1_memes.json");
    assertThat(String.join("\n", result.summary()))
        .contains("there is none of memes seed 0, 2 tasks that were not asked for");
  }

  @Test
  void run_keysWithoutPlaces_areScoredAndNotSubmitted() throws IOException {
    Task task = TASKS.get(0);
    fixture.writeTest(task, "x%2$s%1$03d"::formatted, FewShotFixture.labels(task));
    fixture.writeJobs(task, 0);
    EvaluateOptions options = options("acc");
    StageResult result = EvaluatePipeline.run(options);
    assertThat(result.done()).isEqualTo(1);
    assertThat(String.join("\n", result.summary()))
        .contains("acc seed 0: image 0: its key does not tell its place in the index");
    assertThat(Files.exists(Path.of(newest(), "submission"))).isFalse();
  }

  @Test
  void run_imageMissing_isNotSubmitted() throws IOException {
    Task task = TASKS.get(0);
    fixture.writeTest(
        task,
        (place, path) -> ListedKey.of(place < 4 ? place : place + 1, path),
        FewShotFixture.labels(task));
    fixture.writeJobs(task, 0);
    assertThat(String.join("\n", EvaluatePipeline.run(options("acc")).summary()))
        .contains("row 4 holds image 5 of the index");
  }

  @Test
  void run_metricWithoutValue_failsThatTaskOnly() throws IOException {
    Task memes = TASKS.get(3);
    int[][] labels = new int[IMAGES][];
    Arrays.fill(labels, new int[] {1});
    fixture.writeTest(memes, ListedKey::of, labels);
    fixture.writeJobs(memes, 0);
    fixture.writeJobs(TASKS.get(0), 0);
    StageResult result = EvaluatePipeline.run(options("acc,memes"));
    assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().get(0).getReason())
        .isEqualTo("ROC AUC has no value: class 1 has 13 images with it and 0 without");
  }

  @Test
  void run_trainingExamplesUnlikeTheTest_failsThatJob() throws IOException {
    Task task = TASKS.get(0);
    fixture.writeJobs(task, 0, 1, 2, 3);
    var other = FewShotFixture.info(task);
    other.getImageOptionsBuilder().setImageSize(64);
    fixture.writeVariant(other, 1);
    var newer = FewShotFixture.info(task);
    newer.getTaskBuilder().setVersion(2);
    fixture.writeVariant(newer, 2);
    Files.delete(root.resolve("examples/fewshot/acc/5shot_seed3/DONE.json"));
    StageResult result = EvaluatePipeline.run(options("acc"));
    assertThat(result.done()).isEqualTo(1);
    assertThat(result.failures().stream().map(failure -> failure.getReason()))
        .containsExactly(
            "acc: 5shot_seed1 is not of the test images: images of 64 pixels by SQUASH, not 32 by"
                + " SQUASH",
            "acc: 5shot_seed2 is not of the test images: task acc version 2, not acc version 0",
            "acc: the examples that the job was trained on (5shot_seed3) are missing");
  }

  private void checkSubmission(JsonNode file, Score score, List<JsonNode> lines) {
    assertThat(file.get("model_name").asText()).isEqualTo("linear");
    assertThat(file.get("dataset_name").asText()).isEqualTo(score.getJob().getTask());
    long head = score.getTrainableParameters();
    assertThat(file.get("num_trainable_params").asLong()).isEqualTo(head);
    long tower = FewShotFixture.towerParameters();
    assertThat(file.get("num_params").asLong()).isEqualTo(tower + head);
    assertThat(file.get("num_visual_params").asLong()).isEqualTo(tower);
    assertThat(file.get("num_backbone_params").asLong()).isEqualTo(tower);
    assertThat(file.get("n_shot").asInt()).isEqualTo(5);
    assertThat(file.get("rnd_seeds").toString())
        .isEqualTo("[%d]".formatted(score.getJob().getSeed()));
    JsonNode predictions = file.get("predictions");
    assertThat(predictions.size()).isEqualTo(1);
    assertThat(predictions.get(0).size()).isEqualTo(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      // In the index's order, not in the shards'.
      assertThat(ListedKey.place(lines.get(i).get("key").asText()).orElseThrow()).isEqualTo(i);
      JsonNode expected = lines.get(i).get("probabilities");
      for (int c = 0; c < expected.size(); c++) {
        JsonNode written = predictions.get(0).get(i).get(c);
        assertThat(written.asDouble()).isWithin(5.1e-7).of(expected.get(c).asDouble());
        assertThat(written.asText().length()).isAtMost(8);
      }
    }
  }

  private static void checkZip(JsonNode all, EvaluationResult stored, ArtifactFolder folder)
      throws IOException {
    JsonNode data = all.get("data");
    assertThat(data.size()).isEqualTo(TASKS.size());
    for (int t = 0; t < TASKS.size(); t++) {
      JsonNode dataset = data.get(t);
      assertThat(dataset.get("dataset_name").asText()).isEqualTo(TASKS.get(t).getName());
      assertThat(dataset.get("rnd_seeds").toString()).isEqualTo("[0,1,2]");
      assertThat(dataset.get("num_trainable_params").asText())
          .isEqualTo(33 * TASKS.get(t).getClasses() + ".0");
      assertThat(dataset.get("predictions").size()).isEqualTo(3);
    }
    for (Score score : stored.getScoreList()) {
      JsonNode single = read(folder, ROW + "seed%d_%s.json", score);
      int t = TASKS.indexOf(task(score));
      assertThat(data.get(t).get("predictions").get((int) score.getJob().getSeed()))
          .isEqualTo(single.get("predictions").get(0));
    }
  }

  private static JsonNode unzipped(ArtifactFolder folder) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(folder.file(ROW + "all_predictions.zip")));
        ZipInputStream zip = new ZipInputStream(in)) {
      ZipEntry member = zip.getNextEntry();
      assertThat(member.getName()).isEqualTo("all_predictions.json");
      assertThat(member.getMethod()).isEqualTo(ZipEntry.DEFLATED);
      JsonNode all = JSON.readTree(zip.readAllBytes());
      assertThat(zip.getNextEntry()).isNull();
      return all;
    }
  }

  private static JsonNode read(ArtifactFolder folder, String name, Score score) throws IOException {
    String file = name.formatted(score.getJob().getSeed(), score.getJob().getTask());
    return JSON.readTree(Path.of(folder.file(file)).toFile());
  }

  private static double value(Task task, List<JsonNode> lines) {
    List<Long> counts = new ArrayList<>(List.of(0L, 0L, 0L, 0L).subList(0, task.getClasses()));
    lines.forEach(
        line -> {
          for (int label : labels(task, line)) {
            counts.set(label, counts.get(label) + 1);
          }
        });
    MetricAccumulator metric =
        MetricAccumulator.of(task.getMetric(), task.getClasses(), task.getMultilabel(), counts);
    for (JsonNode line : lines) {
      float[] probabilities = new float[task.getClasses()];
      for (int c = 0; c < probabilities.length; c++) {
        probabilities[c] = Float.parseFloat(line.get("probabilities").get(c).asText());
      }
      metric.add(probabilities, labels(task, line));
    }
    return metric.value();
  }

  private static int[] labels(Task task, JsonNode line) {
    if (!task.getMultilabel()) {
      return new int[] {line.get("label").asInt()};
    }
    int[] labels = new int[line.get("labels").size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = line.get("labels").get(i).asInt();
    }
    return labels;
  }

  private static List<JsonNode> predictions(ArtifactFolder folder, Score score) throws IOException {
    String name = "predictions/%s/%s.jsonl".formatted(score.getJob().getTask(), score.getJobId());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(folder.file(name)))) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines).hasSize(IMAGES);
    return lines;
  }

  private static Task task(Score score) {
    return TASKS.stream()
        .filter(task -> task.getName().equals(score.getJob().getTask()))
        .findFirst()
        .orElseThrow();
  }

  private static EvaluationResult stored(ArtifactFolder folder) throws IOException {
    return folder.read(EvaluationResult.getDefaultInstance()).orElseThrow();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private String newest() throws IOException {
    return NewestEvaluation.in(root.resolve("scores").toString()).path();
  }

  private EvaluateOptions options(String tasks) {
    EvaluateOptions options = PipelineOptionsFactory.create().as(EvaluateOptions.class);
    options.setCatalog(fixture.path("catalog.textproto"));
    options.setExamples(fixture.path("examples"));
    options.setRuns(fixture.path("runs"));
    options.setScores(fixture.path("scores"));
    options.setTasks(tasks);
    options.setEvalBatch(4);
    options.setDevice(Device.CPU);
    return options;
  }
}
