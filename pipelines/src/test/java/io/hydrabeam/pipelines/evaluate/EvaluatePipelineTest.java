package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.train.TinyBenchmark;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.protos.Ablation;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.DeltaSpectrum;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatePipelineTest {
  private static final int TEST_IMAGES = 21;

  @TempDir Path root;

  @Test
  void run_finishedJobs_writesScoresPredictionsAndProvenance() throws IOException {
    TinyBenchmark benchmark = benchmark();
    train(benchmark, List.of(Method.HYDRA, Method.LINEAR, Method.FULL));
    EvaluateOptions options = options(benchmark);
    StageResult result = EvaluatePipeline.run(options);
    assertThat(result.exitCode()).isEqualTo(0);
    assertThat(result.done()).isEqualTo(6);

    EvaluationFolder evaluation = NewestEvaluation.in(benchmark.scores());
    ArtifactFolder.at(evaluation.path()).verify();
    EvaluationResult stored = evaluation.result();
    assertThat(names(evaluation))
        .containsExactly(
            "DONE.json",
            "predictions",
            "provenance.json",
            "report.csv",
            "report.html",
            "report.md",
            "scores.csv",
            "scores.json");
    for (Score score : stored.getScoreList()) {
      assertThat(score.getImages()).isEqualTo(TEST_IMAGES);
      // Tells the same adapter from a retrained one of the same job.
      assertThat(score.getAdapterHash()).hasLength(64);
      assertThat(accuracyOfPredictions(evaluation, score)).isWithin(1e-12).of(score.getScore());
    }
    // Linear first, and the tasks in the catalog's order.
    assertThat(
            stored.getScoreList().stream()
                .map(s -> s.getJob().getMethod() + " " + s.getJob().getTask()))
        .containsExactly("LINEAR a", "LINEAR b", "FULL a", "FULL b", "HYDRA a", "HYDRA b")
        .inOrder();
    String page = Files.readString(Path.of(evaluation.path(), "report.html"));
    assertThat(page).contains("Training loss");
    assertThat(page).contains("Confusion");
    assertThat(page).contains("Most sure and wrong");
    assertThat(page).doesNotContain("<script");
    assertThat(page).contains("&lt;script&gt;&quot;\uD83D\uDC19&quot;&lt;/script&gt;");
    assertThat(page).doesNotContain("Not read");
    assertThat(page).doesNotContain("no curves");
    JsonNode provenance =
        new ObjectMapper().readTree(Path.of(evaluation.path(), "provenance.json").toFile());
    assertThat(provenance.at("/data/a/dataHash").asText()).startsWith("data of a");
    assertThat(provenance.at("/jobs").size()).isEqualTo(6);
  }

  @Test
  void run_adapters_tellsWhatEachBranchAdds() throws IOException {
    TinyBenchmark benchmark = benchmark();
    train(benchmark, List.of(Method.HYDRA, Method.LINEAR));
    EvaluateOptions options = options(benchmark);
    assertThat(EvaluatePipeline.run(options).exitCode()).isEqualTo(0);

    for (Score score : NewestEvaluation.in(benchmark.scores()).result().getScoreList()) {
      if (score.getJob().getMethod() == Method.LINEAR) {
        assertThat(score.getAblationCount()).isEqualTo(0);
        assertThat(score.getSpectrumCount()).isEqualTo(0);
        continue;
      }
      assertThat(score.getAblationList().stream().map(Ablation::getKept))
          .containsExactly(Branches.BOTH, Branches.PARALLEL, Branches.SEQUENTIAL)
          .inOrder();
      // The test split is smaller than the sample, so that nothing taken away is the score itself.
      assertThat(score.getAblation(0).getImages()).isEqualTo(TEST_IMAGES);
      assertThat(score.getAblation(0).getScore()).isEqualTo(score.getScore());
      for (DeltaSpectrum spectrum : score.getSpectrumList()) {
        assertThat(spectrum.getSingularValueCount()).isEqualTo(2 * score.getJob().getRank());
        assertThat(spectrum.getSingularValue(0)).isGreaterThan(0f);
      }
    }
  }

  void run_paperProtocol_scoresWhatTrainingScored() throws IOException {
    TinyBenchmark benchmark = benchmark();
    TrainOptions train = train(benchmark);
    train.setProtocol(Protocol.PAPER);
    train.setTasks("a");
    assertThat(TrainPipeline.run(train).exitCode()).isEqualTo(0);
    EvaluateOptions options = options(benchmark);
    options.setTasks("a");
    StageResult result = EvaluatePipeline.run(options);
    assertThat(result.summary().get(1)).contains("paper");
    EvaluationResult stored = NewestEvaluation.in(benchmark.scores()).result();
    // In training the adapters are branches, here they are merged: the same predictions.
    assertThat(stored.getScore(0).getScore())
        .isEqualTo(EvaluationPlan.of(options).shards().get(0).getJob().getEvalScore());
  }

  @Test
  void run_adapterChangedAfterwards_failsThatJobOnly() throws IOException {
    TinyBenchmark benchmark = benchmark();
    train(benchmark, List.of(Method.LINEAR));
    EvaluateOptions options = options(benchmark);
    EvaluationPlan plan = EvaluationPlan.of(options);
    Path adapter = Path.of(plan.shards().get(0).getJob().getFolder(), "adapter.safetensors");
    byte[] bytes = Files.readAllBytes(adapter);
    bytes[bytes.length - 1] ^= 1;
    Files.write(adapter, bytes);
    StageResult result = EvaluatePipeline.run(options);
    assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(result.failures().get(0).getReason()).contains("has another SHA-256");
    assertThat(result.summary().get(1)).contains("failed");

    // Put right, it is scored at the next launch.
    bytes[bytes.length - 1] ^= 1;
    Files.write(adapter, bytes);
    assertThat(EvaluatePipeline.run(options).exitCode()).isEqualTo(0);
  }

  @Test
  void run_trainingFailed_showsTheTaskAsFailed() throws IOException {
    TinyBenchmark benchmark = benchmark();
    String catalog = Files.readString(Path.of(benchmark.catalog()));
    Files.writeString(
        Path.of(benchmark.catalog()),
        catalog.replaceFirst("learning_rate: 1e-2", "learning_rate: 1e30"));
    assertThat(TrainPipeline.run(train(benchmark)).exitCode()).isEqualTo(HydraException.PARTIAL);
    StageResult result = EvaluatePipeline.run(options(benchmark));
    assertThat(result.summary().get(1)).contains("failed");
    assertThat(String.join("\n", result.summary()))
        .contains("seed 0 is left out of the means: no score for a");
  }

  @Test
  void run_testShardDamaged_failsItsTask() throws IOException {
    TinyBenchmark benchmark = benchmark();
    train(benchmark, List.of(Method.LINEAR));
    benchmark.destroy("b", "test");
    StageResult result = EvaluatePipeline.run(options(benchmark));
    assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(result.failures().get(0).getWhat()).startsWith("b linear seed 0");
    assertThat(result.failures().get(0).getReason()).contains("b-test.tfrecord-0000");
    String folder = NewestEvaluation.in(benchmark.scores()).path();
    List<String> listed = Files.readAllLines(Path.of(folder, "failures.jsonl"));
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0)).contains("b-test.tfrecord-0000");
  }

  @Test
  void run_examplesMadeAnew_failsJobsOfTheOldOnes() throws IOException {
    TinyBenchmark benchmark = benchmark();
    train(benchmark, List.of(Method.LINEAR));
    Path marker = benchmark.folder("examples", "tiny", "b", "DONE.json");
    Files.writeString(
        marker, Files.readString(marker).replaceAll("data of b in [^\"]*", "other data"));
    StageResult result = EvaluatePipeline.run(options(benchmark));
    assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().get(0).getReason()).contains("trained on other examples");
  }

  @Test
  void plan_nothingTrained_isUsageError() throws IOException {
    TinyBenchmark benchmark = benchmark();
    HydraException thrown =
        assertThrows(HydraException.class, () -> EvaluationPlan.of(options(benchmark)));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).startsWith("no finished job of tiny in ");
  }

  @Test
  void plan_otherMethodAsked_leavesJobsOut() throws IOException {
    TinyBenchmark benchmark = benchmark();
    train(benchmark, List.of(Method.LINEAR));
    EvaluateOptions options = options(benchmark);
    options.setMethod(List.of(Method.HYDRA));
    assertThrows(HydraException.class, () -> EvaluationPlan.of(options));
  }

  private TinyBenchmark benchmark() throws IOException {
    return TinyBenchmark.write(root, new TreeMap<>(Map.of("a", "natural", "b", "structured")));
  }

  private static void train(TinyBenchmark benchmark, List<Method> methods) {
    TrainOptions options = train(benchmark);
    options.setMethod(methods);
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
  }

  private static TrainOptions train(TinyBenchmark benchmark) {
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples(benchmark.examples());
    options.setRuns(benchmark.runs());
    options.setRandomBackbone("tiny");
    options.setDevice(Device.CPU);
    return options;
  }

  private static EvaluateOptions options(TinyBenchmark benchmark) {
    EvaluateOptions options = PipelineOptionsFactory.create().as(EvaluateOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples(benchmark.examples());
    options.setRuns(benchmark.runs());
    options.setScores(benchmark.scores());
    options.setEvalBatch(4);
    options.setDevice(Device.CPU);
    return options;
  }

  private static double accuracyOfPredictions(EvaluationFolder evaluation, Score score)
      throws IOException {
    Path file =
        Path.of(
            evaluation.path(),
            "predictions",
            score.getJob().getTask(),
            score.getJobId() + ".jsonl");
    int correct = 0;
    List<String> keys = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode prediction = new ObjectMapper().readTree(line);
      keys.add(prediction.get("key").asText());
      double sum = 0;
      for (JsonNode probability : prediction.get("probabilities")) {
        sum += probability.asDouble();
      }
      assertThat(sum).isWithin(1e-5).of(1);
      correct += prediction.get("label").asInt() == prediction.get("predicted").asInt() ? 1 : 0;
    }
    assertThat(keys).hasSize(TEST_IMAGES);
    assertThat(keys).isInStrictOrder();
    return (double) correct / keys.size();
  }

  private static List<String> names(EvaluationFolder evaluation) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(evaluation.path()))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
