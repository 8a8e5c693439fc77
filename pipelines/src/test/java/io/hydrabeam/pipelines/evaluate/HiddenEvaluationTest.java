package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.evaluations.Rewritten;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessPipeline;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Score;
import io.hydrabeam.testing.glue.SyntheticGlue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hidden records of tables on their way to the files of GLUE's server. */
class HiddenEvaluationTest {
  private static final int ROWS = 7;
  private static final Instant BEGUN = Instant.parse("2026-05-31T23:59:59Z");
  private static final String ROW = "submission/linear-holdout-tune-none-quirks-none/";
  private static final List<String> NAMES = List.of("MNLI-m.tsv", "MNLI-mm.tsv", "STS-B.tsv");

  @TempDir static Path root;

  @TempDir Path scores;

  /** Prepares and trains once: a task of classes and two hidden tables, and one of numbers. */
  @BeforeAll
  static void train() throws IOException {
    SyntheticGlue.write(root, 8, 6, 0);
    SyntheticGlue.writeHidden(root, ROWS, 1);
    Files.writeString(
        root.resolve("own.textproto"),
        """
        benchmark: "own"
        layout: SENTENCE_TABLES
        recipe { batch: 4 epochs: 1 learning_rate: 1e-3 origin: "made up for a test" }
        task {
          name: "mnli" classes: 3
          sentences {
            folder: "MNLI" label: ["entailment", "neutral", "contradiction"]
            table { split: "train" file: "train"
                    columns { first: "sentence1" second: "sentence2" label: "gold_label" } }
            table { split: "test" file: "dev_matched"
                    columns { first: "sentence1" second: "sentence2" label: "gold_label" } }
            table { split: "hidden" file: "test_matched" part: "matched" submission: "MNLI-m.tsv"
                    columns { first: "sentence1" second: "sentence2" } }
            table { split: "hidden" file: "test_mismatched" part: "mismatched" submission: "MNLI-mm.tsv"
                    columns { first: "sentence1" second: "sentence2" } }
          }
        }
        task {
          name: "stsb" classes: 1 regression: true metric: PEARSON
          sentences {
            folder: "STS-B" smallest: 0 largest: 5
            table { split: "train" file: "train"
                    columns { first: "sentence1" second: "sentence2" label: "score" } }
            table { split: "test" file: "dev"
                    columns { first: "sentence1" second: "sentence2" label: "score" } }
            table { split: "hidden" file: "test" submission: "STS-B.tsv"
                    columns { first: "sentence1" second: "sentence2" } }
          }
        }
        """);
    PreprocessOptions preprocess = PipelineOptionsFactory.create().as(PreprocessOptions.class);
    preprocess.setCatalog(root.resolve("own.textproto").toString());
    preprocess.setInput(root.toString());
    preprocess.setExamples(root.resolve("examples").toString());
    preprocess.setVocabulary(root.resolve("vocab.json").toString());
    preprocess.setMaxTokens(62);
    preprocess.setShardBytes(2048);
    assertThat(PreprocessPipeline.run(preprocess).exitCode()).isEqualTo(0);
    RobertaConfig tiny = RobertaConfig.tiny(SyntheticGlue.vocabularySize(root));
    Backbone.write(
        root.resolve("roberta.safetensors"),
        tiny,
        Backbone.random(tiny, 0).parameters(),
        Optional.empty());
    assertThat(TrainPipeline.run(trainOptions()).done()).isEqualTo(4);
  }

  @BeforeEach
  void restore() throws IOException {
    showHidden(true);
  }

  @Test
  void run_hiddenRecords_becomeTheServersFilesAndAreCarriedOver() throws IOException {
    StageResult result = run(0, "all");

    assertThat(result.exitCode()).isEqualTo(0);
    EvaluationFolder evaluation = newest();
    ArtifactFolder.at(evaluation.path()).verify();
    assertThat(evaluation.result().getScoreCount()).isEqualTo(4);
    for (Score score : evaluation.result().getScoreList()) {
      boolean pairs = score.getJob().getTask().equals("mnli");
      assertThat(score.getImages()).isEqualTo(6);
      assertThat(score.getHidden().getRecords()).isEqualTo(pairs ? 2 * ROWS : ROWS);
      List<JsonNode> hidden = lines(evaluation, score);
      Path folder = Path.of(evaluation.path(), ROW, "seed" + score.getJob().getSeed());
      if (pairs) {
        checkClasses(hidden.subList(0, ROWS), folder.resolve("MNLI-m.tsv"));
        checkClasses(hidden.subList(ROWS, 2 * ROWS), folder.resolve("MNLI-mm.tsv"));
      } else {
        checkNumbers(hidden, folder.resolve("STS-B.tsv"));
      }
      checkZip(folder);
    }
    assertThat(result.summary())
        .contains(
            "submission/linear-holdout-tune-none-quirks-none: GLUE's server also wants WNLI.tsv and"
                + " AX.tsv, which are not among the tasks: add them to submission.zip");
    assertThat(Files.readString(Path.of(evaluation.path(), "report.md"))).contains("WNLI.tsv");

    Map<String, String> first = submission(evaluation);
    assertThat(first).hasSize(8);
    assertThat(run(1, "all").skipped()).isEqualTo(4);
    ArtifactFolder.at(newest().path()).verify();
    assertThat(submission(newest())).isEqualTo(first);
  }

  @Test
  void run_storedHiddenPredictionsChanged_areComputedAnew() throws IOException {
    var unused = run(0, "stsb");
    Map<String, String> first = submission(newest());
    Score score = newest().result().getScore(0);
    Path file = Path.of(newest().path(), score.getHidden().getFile());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 1;
    // A hard link to it would change with it: a file of its own.
    Files.delete(file);
    Files.write(file, bytes);

    StageResult again = run(1, "stsb");

    assertThat(again.skipped()).isEqualTo(1);
    assertThat(again.done()).isEqualTo(1);
    assertThat(submission(newest())).isEqualTo(first);
  }

  @Test
  void run_hiddenTablesPreparedSinceThen_arePredictedWithoutTraining() throws IOException {
    showHidden(false);
    assertThat(run(0, "stsb").done()).isEqualTo(2);
    assertThat(submission(newest())).isEmpty();
    assertThat(newest().result().getScore(0).hasHidden()).isFalse();
    assertThat(newest().result().getNoteList()).isEmpty();
    double score = newest().result().getScore(0).getScore();
    showHidden(true);

    assertThat(TrainPipeline.run(trainOptions()).skipped()).isEqualTo(4);
    StageResult result = run(1, "stsb");

    assertThat(result.done()).isEqualTo(2);
    assertThat(newest().result().getScore(0).getScore()).isEqualTo(score);
    assertThat(submission(newest()).keySet()).containsExactly("seed0/STS-B.tsv", "seed1/STS-B.tsv");
    assertThat(String.join("\n", result.summary()))
        .contains(
            "no submission.zip, as it takes the files of all tasks; there is none of 1 tasks");
  }

  @Test
  void run_hiddenShardDamaged_isListedAndTheScoreStands() throws IOException {
    Path shard = Path.of(hiddenShard().path());
    byte[] whole = Files.readAllBytes(shard);
    byte[] damaged = whole.clone();
    damaged[damaged.length - 1] ^= 1;
    try {
      Files.write(shard, damaged);
      StageResult result = run(0, "all");

      assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
      assertThat(result.failures()).hasSize(2);
      assertThat(result.failures().get(0).getReason())
          .startsWith("its hidden records were not predicted: ");
      assertThat(newest().result().getScoreCount()).isEqualTo(4);
      assertThat(submission(newest()).keySet())
          .containsExactly(
              "seed0/MNLI-m.tsv", "seed0/MNLI-mm.tsv", "seed1/MNLI-m.tsv", "seed1/MNLI-mm.tsv");
      assertThat(String.join("\n", result.summary()))
          .contains(
              "seed1: no submission.zip, as it takes the files of all tasks; there is none of");
    } finally {
      Files.write(shard, whole);
    }
    // A score that lacks them is not carried over.
    assertThat(run(1, "stsb").done()).isEqualTo(2);
    assertThat(submission(newest())).hasSize(2);
  }

  @Test
  void run_afterAKilledOne_takesTheHiddenShardsThatAreDone() throws IOException {
    EvaluationShard whole = EvaluationPlan.of(options("stsb")).wholes().get(0);
    StoredShard first = hiddenShard();
    List<String> lines = new ArrayList<>();
    // Told from a computed one by numbers that no model says.
    try (StoredRecords records = StoredRecords.open(first, whole.getInfo().getImageOptions())) {
      for (StoredRecord record; (record = records.next()) != null; ) {
        lines.add("{\"key\":\"%s\",\"predicted\":7.25}".formatted(record.key()));
      }
    }
    var unused = run(0, "stsb");
    String folder = newest().path();
    Rewritten.delete(scores);
    Files.createDirectories(Path.of(folder));
    String shard =
        new EvaluationFiles(folder)
            .shard(EvaluationFiles.hiddenStem(whole.getDeterminantsHash()), 0);
    Files.write(Path.of(shard), lines);

    assertThat(run(1, "stsb").done()).isEqualTo(2);

    assertThat(newest().path()).isEqualTo(folder);
    String name = "seed%d/STS-B.tsv".formatted(whole.getJob().getKey().getSeed());
    // Numbers outside the range are cut to it.
    assertThat(submission(newest()).get(name).lines().filter(line -> line.endsWith("\t5.000")))
        .hasSize(lines.size());
  }

  @Test
  void plan_hiddenRecordsOfOtherLength_areLeftOutWithANote() throws IOException {
    Path marker = root.resolve("examples/own/stsb/hidden/DONE.json");
    String text = Files.readString(marker);
    try {
      Files.writeString(marker, text.replaceFirst("\"tokens\" ?: ?62", "\"tokens\":60"));
      EvaluationPlan plan = EvaluationPlan.of(options("stsb"));
      assertThat(plan.header().getNoteList())
          .containsExactly(
              "stsb: the hidden records are not predicted, as they are not of the test data's kind:"
                  + " texts of 60 tokens, not 62, or of another vocabulary; run preprocess again");
      assertThat(plan.shards().stream().filter(EvaluationShard::getOfHidden)).isEmpty();
    } finally {
      Files.writeString(marker, text);
    }
  }

  @Test
  void shards_hiddenRecordsReplacedAfterThePlan_isAnError() throws IOException {
    EvaluationShard whole = EvaluationPlan.of(options("stsb")).wholes().get(0);
    Path marker = root.resolve("examples/own/stsb/hidden/DONE.json");
    String text = Files.readString(marker);
    try {
      Files.writeString(
          marker, text.replaceFirst("(\"contentHash\" ?: ?\")[0-9a-f]{8}", "$100000000"));
      assertThat(
              assertThrows(
                  IOException.class,
                  () -> ExampleFolder.shards(whole.getExamples(), whole.getInfo(), Splits.HIDDEN)))
          .hasMessageThat()
          .contains("was made anew meanwhile");
    } finally {
      Files.writeString(marker, text);
    }
  }

  /** The first one of the task of numbers. */
  private StoredShard hiddenShard() throws IOException {
    EvaluationShard whole = EvaluationPlan.of(options("stsb")).wholes().get(0);
    return ExampleFolder.shards(whole.getExamples(), whole.getInfo(), Splits.HIDDEN).get(0);
  }

  private static void checkClasses(List<JsonNode> hidden, Path file) throws IOException {
    List<String> labels = List.of("entailment", "neutral", "contradiction");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(ROWS + 1);
    assertThat(lines.get(0)).isEqualTo("index\tprediction");
    for (int row = 0; row < ROWS; row++) {
      JsonNode one = hidden.get(row);
      String part = file.endsWith("MNLI-m.tsv") ? "matched" : "mismatched";
      assertThat(one.get("key").asText())
          .isEqualTo("%s/%08d:test_%s.tsv:%d".formatted(part, row, part, row + 2));
      assertThat(one.has("label")).isFalse();
      assertThat(one.get("probabilities").size()).isEqualTo(3);
      assertThat(lines.get(row + 1))
          .isEqualTo(row + "\t" + labels.get(one.get("predicted").asInt()));
    }
  }

  private static void checkNumbers(List<JsonNode> hidden, Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(ROWS + 1);
    for (int row = 0; row < ROWS; row++) {
      double number = Math.max(0, Math.min(5, hidden.get(row).get("predicted").asDouble()));
      String[] fields = lines.get(row + 1).split("\t", -1);
      assertThat(fields[0]).isEqualTo(String.valueOf(row));
      assertThat(fields[1]).matches("[0-5]\\.\\d{3}");
      assertThat(Double.parseDouble(fields[1])).isWithin(5.1e-4).of(number);
    }
  }

  private static void checkZip(Path folder) throws IOException {
    Map<String, String> members = new TreeMap<>();
    try (InputStream in = Files.newInputStream(folder.resolve("submission.zip"));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        assertThat(entry.getTimeLocal().getYear()).isEqualTo(1980);
        members.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(members.keySet()).containsExactlyElementsIn(NAMES);
    for (String name : NAMES) {
      assertThat(members.get(name)).isEqualTo(Files.readString(folder.resolve(name)));
    }
  }

  private static List<JsonNode> lines(EvaluationFolder evaluation, Score score) throws IOException {
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(Path.of(evaluation.path(), score.getHidden().getFile())).stream()
        .map(
            line -> {
              try {
                return json.readTree(line);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  /** Name to contents. */
  private static Map<String, String> submission(EvaluationFolder evaluation) throws IOException {
    Map<String, String> files = new TreeMap<>();
    Path folder = Path.of(evaluation.path(), ROW);
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files.put(
              folder.relativize(file).toString(),
              Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }

  /** Puts the hidden records where they belong, or aside. */
  private static void showHidden(boolean shown) throws IOException {
    for (String task : List.of("mnli", "stsb")) {
      Path place = root.resolve("examples/own/" + task + "/hidden");
      Path aside = root.resolve("aside-" + task);
      if (shown ? Files.exists(aside) : Files.exists(place)) {
        Files.move(shown ? aside : place, shown ? place : aside);
      }
    }
  }

  private static TrainOptions trainOptions() {
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setCatalog(root.resolve("own.textproto").toString());
    options.setExamples(root.resolve("examples").toString());
    options.setRuns(root.resolve("runs").toString());
    options.setBackbone(root.resolve("roberta.safetensors").toString());
    options.setMethod(List.of(Method.LINEAR));
    options.setSeeds(List.of(0L, 1L));
    options.setDevice(Device.CPU);
    return options;
  }

  private EvaluationFolder newest() throws IOException {
    return NewestEvaluation.in(scores.toString());
  }

  private StageResult run(int hour, String tasks) {
    return EvaluatePipeline.run(
        options(tasks), Clock.fixed(BEGUN.plus(Duration.ofHours(hour)), ZoneOffset.UTC));
  }

  private EvaluateOptions options(String tasks) {
    EvaluateOptions options = PipelineOptionsFactory.create().as(EvaluateOptions.class);
    options.setCatalog(root.resolve("own.textproto").toString());
    options.setExamples(root.resolve("examples").toString());
    options.setRuns(root.resolve("runs").toString());
    options.setScores(scores.toString());
    options.setTasks(tasks);
    options.setBackbone(root.resolve("roberta.safetensors").toString());
    options.setEvalBatch(4);
    options.setCanary(2);
    options.setDevice(Device.CPU);
    return options;
  }
}
