package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep from its options to the files of its final job. */
final class RunSweepsTest {

  @TempDir Path root;

  @Test
  void run_fewShotTask_sweepsThenTrainsOnEverythingWithTheBestNumbers() throws Exception {
    TrainOptions options = options(TinyBenchmark.writeFewShot(root, "a", 0));

    StageResult result = TrainPipeline.run(options);

    assertThat(result.failed()).isEqualTo(0);
    JobResult last = finalJob(options);
    JobKey key = last.getKey();
    List<JsonNode> trace = trace(last);
    assertThat(result.done()).isEqualTo(trained(trace).size() + 1);
    assertThat(trace.size()).isAtLeast(6 * 11);
    assertThat(trace.size()).isAtMost(Sweep.TRAININGS_MAX);
    JsonNode best = best(trace);
    assertThat(key.getRecipe().getLearningRate())
        .isEqualTo(best.get("learning_rate").doubleValue());
    assertThat(key.getRecipe().getWeightDecay()).isEqualTo(best.get("weight_decay").doubleValue());
    assertThat(key.getRecipe().getEpochs()).isEqualTo(2);
    assertThat(key.getRecipe().hasSweepEpochs()).isFalse();
    assertThat(key.getTrainSplit()).isEqualTo("train+val");
    assertThat(key.getEvalSplit()).isEmpty();
    assertThat(key.getTune()).isEqualTo("sweep");
    assertThat(key.getShots()).isEqualTo(5);
    assertThat(names(Path.of(last.getFolder())))
        .containsAtLeast("adapter.safetensors", "adapter_config.json", "sweep.jsonl");
    Path candidates = Path.of(last.getFolder()).resolveSibling("sweep");
    Path first = candidates.resolve(trace.get(0).get("job_id").asText());
    assertThat(names(first)).containsExactly("DONE.json", "history.jsonl");
    // Rates and decays that multiply weights at each step diverge, which is a result and no
    // failure.
    assertThat(trace.stream().filter(point -> !point.has("score")).count()).isAtLeast(1);
    JobKey candidate = read(first.toString()).getKey();
    assertThat(candidate.getTrainSplit()).isEqualTo("train");
    assertThat(candidate.getEvalSplit()).isEqualTo("val");
    assertThat(candidate.getRecipe().getEpochs()).isEqualTo(4);
  }

  @Test
  void run_sweepThatWasKilled_goesOnToTheSameEnd() throws Exception {
    TrainOptions options = options(TinyBenchmark.writeFewShot(root, "a", 0));
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
    JobResult undisturbed = finalJob(options);
    byte[] trace = Files.readAllBytes(Path.of(undisturbed.getFolder(), "sweep.jsonl"));
    byte[] adapter = Files.readAllBytes(Path.of(undisturbed.getFolder(), "adapter.safetensors"));
    ArtifactFolder.at(undisturbed.getFolder()).retract();
    List<JsonNode> points = trained(trace(trace));
    for (int i = 0; i < points.size(); i += 9) {
      String id = points.get(i).get("job_id").asText();
      ArtifactFolder.at(undisturbed.getFolder() + "/../sweep/" + id).retract();
    }

    StageResult again = TrainPipeline.run(options);

    assertThat(again.done()).isEqualTo((points.size() + 8) / 9 + 1);
    assertThat(again.skipped()).isEqualTo(points.size() - (points.size() + 8) / 9);
    Path folder = Path.of(finalJob(options).getFolder());
    assertThat(folder.toString()).isEqualTo(undisturbed.getFolder());
    assertThat(Files.readAllBytes(folder.resolve("sweep.jsonl"))).isEqualTo(trace);
    assertThat(Files.readAllBytes(folder.resolve("adapter.safetensors"))).isEqualTo(adapter);
  }

  @Test
  void plan_quirksAndProtocol_areInTheFinalKeyOnly() throws Exception {
    TrainOptions options = options(TinyBenchmark.writeFewShot(root, "a", 0, 1));
    options.setSeeds(List.of(0L, 1L));
    options.setProtocol(Protocol.PAPER);
    options.setQuirks(List.of("seed"));

    TrainPlan plan = TrainPlan.of(options);

    assertThat(plan.jobs()).hasSize(2);
    assertThat(plan.trainings()).isEqualTo(2 * 91);
    assertThat(plan.epochs()).isEqualTo(2 * (90 * 4 + 2));
    TrainingJob job = plan.jobs().get(0);
    assertThat(job.getKey().getEvalSplit()).isEqualTo("test");
    assertThat(job.getKey().getEvalEveryEpochs()).isEqualTo(1);
    // There is no text, so no end token to lose.
    assertThat(job.getKey().getQuirkList())
        .containsExactly(
            Quirk.BATCH_NORM_FROZEN, Quirk.SWEEP_LEFT_NEIGHBOUR, Quirk.SHARED_GENERATOR)
        .inOrder();
    List<TrainingJob> coarse = plan.sweep().orElseThrow().round(0, job, 2, List.of());
    assertThat(coarse).hasSize(7);
    JobKey candidate = coarse.get(3).getKey();
    assertThat(candidate.getProtocol()).isEqualTo(Protocol.HOLDOUT);
    assertThat(candidate.getQuirkList()).containsExactly(Quirk.BATCH_NORM_FROZEN);
    assertThat(candidate.getOrderOffset()).isEqualTo(4 * (2 * 15 + 3));
  }

  @Test
  void run_paper_keepsTheBestEpochWhateverDivergesLater() throws Exception {
    TrainOptions options = options(TinyBenchmark.writeFewShot(root, "a", 0));
    options.setProtocol(Protocol.PAPER);

    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);

    JobResult last = finalJob(options);
    assertThat(last.hasEvalScore()).isTrue();
    List<JsonNode> trace = trace(last);
    assertThat(trained(trace)).hasSize(trace.size());
    // A rate of 0.1 with a decay of 1e6 multiplies every weight by -1e5 at each step.
    JsonNode wild =
        trace.stream()
            .filter(point -> point.get("learning_rate").doubleValue() == 0.1)
            .filter(point -> point.get("weight_decay").doubleValue() == 1e6)
            .findFirst()
            .orElseThrow();
    Path candidate =
        Path.of(last.getFolder()).resolveSibling("sweep").resolve(wild.get("job_id").asText());
    assertThat(read(candidate.toString()).getDiverged()).contains("lower the learning rate");
  }

  @Test
  void plan_rateFixedUnderASweep_isUsageErrorWithTheRemedy() throws Exception {
    TrainOptions options = options(TinyBenchmark.writeFewShot(root, "a", 0));
    options.setLearningRate(0.1);

    HydraException thrown = assertThrows(HydraException.class, () -> TrainPlan.of(options));

    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).contains("--tune=none");
  }

  @Test
  void plan_unknownQuirk_namesTheNearest() throws Exception {
    TrainOptions options = options(TinyBenchmark.writeFewShot(root, "a", 0));
    options.setQuirks(List.of("lost_end_tokens"));

    HydraException thrown = assertThrows(HydraException.class, () -> TrainPlan.of(options));

    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).contains("did you mean lost_end_token?");
  }

  private static TrainOptions options(TinyBenchmark benchmark) {
    TrainOptions options = TrainPipelineTest.options(benchmark);
    options.setSeeds(List.of(0L));
    return options;
  }

  private static JobResult finalJob(TrainOptions options) throws IOException {
    Path task = Path.of(TrainPlan.of(options).runFolder(), "a");
    List<JobResult> finals = new ArrayList<>();
    try (Stream<Path> folders = Files.list(task)) {
      for (Path folder : folders.filter(path -> !path.endsWith("sweep")).toList()) {
        finals.add(read(folder.toString()).toBuilder().setFolder(folder.toString()).build());
      }
    }
    assertThat(finals).hasSize(1);
    return finals.get(0);
  }

  private static JobResult read(String folder) throws IOException {
    return ArtifactFolder.at(folder).read(JobResult.getDefaultInstance()).orElseThrow();
  }

  private static List<JsonNode> trace(JobResult job) throws IOException {
    return trace(Files.readAllBytes(Path.of(job.getFolder(), "sweep.jsonl")));
  }

  private static List<JsonNode> trace(byte[] file) throws IOException {
    List<JsonNode> points = new ArrayList<>();
    for (String line : new String(file, StandardCharsets.UTF_8).lines().toList()) {
      points.add(new ObjectMapper().readTree(line));
    }
    return points;
  }

  private static List<JsonNode> trained(List<JsonNode> trace) {
    return trace.stream().filter(point -> point.has("job_id")).toList();
  }

  /** The first of the highest scores. */
  private static JsonNode best(List<JsonNode> trace) {
    JsonNode best = trace.get(0);
    for (JsonNode point : trace) {
      if (point.path("score").asDouble() > best.path("score").asDouble()) {
        best = point;
      }
    }
    return best;
  }

  private static List<String> names(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? List.of() : Arrays.asList(names);
  }
}
