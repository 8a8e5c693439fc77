package io.hydrabeam.pipelines.verify;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.evaluate.EvaluatePipeline;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.evaluations.Rewritten;
import io.hydrabeam.pipelines.report.ScoresCsv;
import io.hydrabeam.pipelines.report.ScoresJson;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.train.TinyBenchmark;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.pipelines.verify.Finding.Verdict;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Score;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Honest and forged evaluations of what was really trained. */
class VerificationTest {
  private static final int IMAGES = 10;
  private static final String ADAPTER = "adapter.safetensors";

  @TempDir Path folder;
  private Path root;
  private TinyBenchmark benchmark;
  private EvaluationFolder evaluation;
  private final List<Finding> findings = new ArrayList<>();

  @BeforeEach
  void evaluate() throws Exception {
    root = Files.createDirectory(folder.resolve("out"));
    benchmark = TinyBenchmark.write(root, new TreeMap<>(Map.of("a", "natural", "b", "structured")));
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples(benchmark.examples());
    options.setRuns(benchmark.runs());
    options.setRandomBackbone("tiny");
    options.setDevice(Device.CPU);
    options.setMethod(List.of(Method.LINEAR));
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
    evaluation = evaluated();
  }

  @Test
  void run_honest_stands() throws Exception {
    assertThat(verify(evaluation.path()))
        .isEqualTo(new Verification.Totals(2, 0, 0, 0, 2 * IMAGES));
    assertThat(findings.get(0).toString())
        .matches(
            "OK        a linear seed 0 \\([0-9a-f]{16}\\) \\d+\\.\\d\\d, 10 of 21 images"
                + " recomputed, largest probability difference \\d\\.\\de.\\d\\d");
  }

  @Test
  void run_folderOfEvaluations_isTheNewestThoughItsFilesAreDamaged() throws Exception {
    EvaluationFolder second = evaluated();
    assertThat(second.result().getScore(0).getCarriedFrom())
        .isEqualTo(evaluation.result().getEvaluationId());
    assertThat(verify(benchmark.scores()).allStand()).isTrue();
    Files.delete(Path.of(second.path(), second.result().getScore(1).getPredictions()));
    assertThat(verify(benchmark.scores())).isEqualTo(new Verification.Totals(1, 1, 0, 0, IMAGES));
    assertThat(findings.get(1).reasons().get(0)).endsWith(".jsonl is missing");
  }

  @Test
  void run_tableEdited_isAWrongFile() throws Exception {
    Path table = Path.of(evaluation.path(), "scores.json");
    String edited = Files.readString(table).replaceFirst("\"score\" : [\\d.]+", "\"score\" : 0.5");
    Files.writeString(table, edited);
    assertThat(verify(evaluation.path()).wrongFiles()).isEqualTo(1);
    assertThat(findings.get(0).toString())
        .isEqualTo("WRONG     scores.json: has another SHA-256 than the evaluation names");

    Rewritten.folder(evaluation.path(), evaluation.result(), Map.of("scores.json", edited));
    assertThat(verify(evaluation.path()))
        .isEqualTo(new Verification.Totals(2, 0, 0, 1, 2 * IMAGES));
    assertThat(findings.get(0).reasons().get(0)).startsWith("/scores/0/score is 0.5, the scores ");
  }

  @Test
  void run_scoreEditedInAllFiles_isNotWhatItsPredictionsGive() throws Exception {
    forge(score -> score.setScore(0.5), null);
    assertOneWrong("the score is said to be 0.5, its predictions give ");
  }

  @Test
  void run_predictionsEdited_haveAnotherHash() throws Exception {
    Path file = Path.of(evaluation.path(), evaluation.result().getScore(0).getPredictions());
    Files.writeString(file, Files.readString(file).replaceFirst("000001", "000009"));
    assertOneWrong("has another SHA-256 than the score names");
  }

  @Test
  void run_predictionsForgedWithTheirHashes_areNotWhatTheAdapterSays() throws Exception {
    // Every image as class 0, and the score that this gives.
    String all =
        predictions().replaceAll("\"predicted.*", "\"predicted\":0,\"probabilities\":[1,0,0]}");
    forge(score -> score.setScore(7.0 / 21), all);
    assertOneWrong("10 of 10 have other probabilities, by up to ");
  }

  @Test
  void run_labelsForged_areNotTheData() throws Exception {
    // Every image is said to be of class 0, and the score is what this gives.
    String all = predictions().replaceAll("\"label\":\\d", "\"label\":0");
    long right = all.lines().filter(line -> line.contains("\"predicted\":0")).count();
    forge(score -> score.setScore(right / 21.0), all);
    assertOneWrong("the data have other labels for ");
  }

  @Test
  void run_adapterDamaged_isNotTheOneThatWasScored() throws Exception {
    Path file = damagedAdapter();
    assertOneWrong(file + " is another adapter (SHA-256 ");

    // With a marker that agrees, and a score that names it.
    JobResult job = ArtifactFolder.at(job()).read(JobResult.getDefaultInstance()).orElseThrow();
    Rewritten.folder(job(), job, Map.of());
    assertOneWrong(file + " is another adapter (SHA-256 ");
    String hash = Hashing.sha256Hex(Files.readAllBytes(file));
    forge(score -> score.setAdapterHash(hash), null);
    assertOneWrong("10 of 10 have other probabilities, by up to ");
  }

  @Test
  void run_imagesAltered_areNotTheDataThatWereScored() throws Exception {
    Path data = benchmark.folder("examples", "tiny", "a");
    Path shard = data.resolve("a-test.tfrecord-00000-of-00002");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length / 2] ^= 1;
    Files.write(shard, bytes);
    assertOneWrong("the test data are damaged: " + shard);

    bytes[bytes.length / 2] ^= 1;
    Files.write(shard, bytes);
    DatasetInfo.Builder info =
        ArtifactFolder.at(data.toString())
            .read(DatasetInfo.getDefaultInstance())
            .orElseThrow()
            .toBuilder();
    info.getSplitBuilderList().stream()
        .filter(split -> split.getName().equals("test"))
        .forEach(split -> split.setContentHash("0123"));
    Rewritten.folder(data.toString(), info.build(), Map.of());
    assertOneWrong("are others (hash 0123) than were scored (hash ");
  }

  @Test
  void run_movedElsewhere_findsWhatLiesBesideOrIsNamed() throws Exception {
    Path moved = Files.move(root, folder.resolve("moved"));
    String path = moved.resolve("scores/" + evaluation.result().getEvaluationId()).toString();
    assertThat(verify(path).allStand()).isTrue();

    Files.move(moved.resolve("examples"), folder.resolve("images"));
    Files.move(moved.resolve("runs"), folder.resolve("adapters"));
    assertThat(verify(path)).isEqualTo(new Verification.Totals(0, 0, 2, 0, 0));
    assertThat(findings.get(0).verdict()).isEqualTo(Verdict.UNCHECKED);
    assertThat(findings.get(0).reasons().get(0)).startsWith("no test data in " + root);
    assertThat(findings.get(0).reasons().get(0)).endsWith("name --examples=FOLDER that holds them");
    assertThat(findings.get(0).reasons().get(1)).endsWith("name --runs=FOLDER that holds it");

    String images = folder.resolve("images").toString();
    String adapters = folder.resolve("adapters").toString();
    assertThat(verify(path, images, adapters).allStand()).isTrue();
  }

  @Test
  void run_hostileNames_leadNowhereAndSayNothingToATerminal() throws Exception {
    forge(score -> score.setRun("../../else"), null);
    assertOneWrong("no names of folders");
    forge(score -> score.setRun("\u001b[2J"), null);
    assertOneWrong("no names of folders");
    assertThat(findings.get(0).toString()).contains("run ?[2J, task a");
    assertThat(findings.get(0).toString()).doesNotContain("\u001b");
  }

  @Test
  void open_whatIsNoEvaluation_isUsageInOneLine() throws Exception {
    Path half = Files.createDirectories(root.resolve("half/20260531T235959Z-1a2b3c4d"));
    Files.writeString(half.resolve(".part-x"), "");
    assertRefused(root.resolve("gone").toString(), "gone: no such evaluation");
    assertRefused(half.toString(), "is no finished evaluation: it has no DONE.json");
    assertRefused(job(), "is no evaluation: its DONE.json cannot be understood as one");
    Files.writeString(half.resolve("DONE.json"), "{\"content\": {");
    assertRefused(half.toString(), "cannot be understood as one");
    assertRefused(half.getParent().toString(), "cannot be understood as one");
    Rewritten.folder(
        evaluation.path(), evaluation.result().toBuilder().clearScore().build(), Map.of());
    assertRefused(evaluation.path(), "holds no score");
  }

  private static void assertRefused(String path, String line) {
    HydraException thrown = assertThrows(HydraException.class, () -> Published.open(path));
    assertThat(thrown.line()).contains(line);
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
  }

  /** The first score does not stand, for a reason with these words; the second does. */
  private void assertOneWrong(String reason) throws Exception {
    Verification.Totals totals = verify(evaluation.path());
    assertThat(totals.wrong()).isEqualTo(1);
    assertThat(totals.stand()).isEqualTo(1);
    assertThat(totals.wrongFiles()).isEqualTo(0);
    assertThat(findings.get(0).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(String.join("; ", findings.get(0).reasons())).contains(reason);
  }

  private Verification.Totals verify(String path) throws Exception {
    return verify(path, null, null);
  }

  private Verification.Totals verify(String path, @Nullable String examples, @Nullable String runs)
      throws Exception {
    findings.clear();
    return Verification.run(
        Published.open(path),
        new Verification.Request(IMAGES, 1, examples, runs, null, Device.CPU, 1, 0),
        findings::add);
  }

  /** Something that a forger does to a score. */
  private interface Change {
    Score.Builder of(Score.Builder score);
  }

  /** Commits the evaluation with another first score, so that marker, tables and hashes agree. */
  private void forge(Change change, @Nullable String predictions) throws Exception {
    Score first = evaluation.result().getScore(0);
    Map<String, String> texts = new TreeMap<>();
    Score.Builder forged = change.of(first.toBuilder());
    if (predictions != null) {
      texts.put(first.getPredictions(), predictions);
      forged.setPredictionsHash(Hashing.sha256Hex(predictions.getBytes(UTF_8)));
    }
    EvaluationResult result = evaluation.result().toBuilder().setScore(0, forged).build();
    texts.put("scores.json", ScoresJson.of(result));
    texts.put("scores.csv", ScoresCsv.of(result));
    Rewritten.folder(evaluation.path(), result, texts);
  }

  private String predictions() throws Exception {
    return Files.readString(
        Path.of(evaluation.path(), evaluation.result().getScore(0).getPredictions()));
  }

  private Path damagedAdapter() throws Exception {
    Path file = Path.of(job(), ADAPTER);
    byte[] bytes = Files.readAllBytes(file);
    for (int i = bytes.length - 1; i > bytes.length - 40; i -= Float.BYTES) {
      bytes[i] ^= (byte) 0x80; // the sign
    }
    Files.write(file, bytes);
    return file;
  }

  private String job() {
    Score score = evaluation.result().getScore(0);
    return benchmark.folder("runs", score.getRun(), "a", score.getJobId()).toString();
  }

  private EvaluationFolder evaluated() throws Exception {
    EvaluateOptions options = PipelineOptionsFactory.create().as(EvaluateOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples(benchmark.examples());
    options.setRuns(benchmark.runs());
    options.setScores(benchmark.scores());
    options.setEvalBatch(4);
    options.setDevice(Device.CPU);
    assertThat(EvaluatePipeline.run(options).exitCode()).isEqualTo(0);
    return EvaluationFolder.newest(benchmark.scores());
  }
}
