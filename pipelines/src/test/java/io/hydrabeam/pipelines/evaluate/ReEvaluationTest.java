package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.evaluations.Rewritten;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.train.TinyBenchmark;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of what was evaluated before. */
class ReEvaluationTest {
  private static final Instant BEGUN = Instant.parse("2026-05-31T23:59:59Z");

  @TempDir Path root;
  private TinyBenchmark benchmark;

  @BeforeEach
  void train() throws IOException {
    benchmark = TinyBenchmark.write(root, new TreeMap<>(Map.of("a", "natural", "b", "structured")));
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples(benchmark.examples());
    options.setRuns(benchmark.runs());
    options.setRandomBackbone("tiny");
    options.setDevice(Device.CPU);
    options.setMethod(List.of(Method.LINEAR));
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
  }

  @Test
  void run_again_carriesScoresOverAndRecomputesTheCanary() throws IOException {
    StageResult first = run(0);
    EvaluationFolder earlier = newest();
    StageResult again = run(1);
    EvaluationFolder later = newest();

    assertThat(earlier.path()).endsWith(earlier.result().getEvaluationId());
    assertThat(earlier.result().getEvaluationId()).startsWith("20260531T235959Z-");
    assertThat(later.result().getEvaluationId()).startsWith("20260601T005959Z-");
    assertThat(later.result().getStarted()).isEqualTo("2026-06-01T00:59:59Z");
    assertThat(later.result().getSubjectHash()).isEqualTo(earlier.result().getSubjectHash());
    assertThat(again.exitCode()).isEqualTo(0);
    assertThat(again.done()).isEqualTo(0);
    assertThat(again.skipped()).isEqualTo(2);
    assertThat(again.summary().subList(0, 3)).isEqualTo(first.summary().subList(0, 3));
    ArtifactFolder.at(later.path()).verify();
    for (int i = 0; i < 2; i++) {
      Score was = earlier.result().getScore(i);
      Score is = later.result().getScore(i);
      assertThat(was.getDeterminantsHash()).isNotEmpty();
      assertThat(was.getAdapterHash()).hasLength(64);
      assertThat(is)
          .isEqualTo(
              was.toBuilder()
                  .setCarriedFrom(earlier.result().getEvaluationId())
                  .setCanaryImages(5)
                  .build());
    }
    // The third names the one that computed them, and stands when that is gone.
    assertThat(run(2).skipped()).isEqualTo(2);
    assertThat(newest().result().getScore(0).getCarriedFrom())
        .isEqualTo(earlier.result().getEvaluationId());
  }

  @Test
  void run_forced_computesAll() throws IOException {
    var unused = run(0);
    EvaluateOptions options = options();
    options.setForce(true);
    StageResult forced = EvaluatePipeline.run(options, at(1));
    assertThat(forced.done()).isEqualTo(2);
    assertThat(newest().result().getScore(0).getCarriedFrom()).isEmpty();
  }

  @Test
  void run_otherBatch_isComputed() throws IOException {
    var unused = run(0);
    EvaluateOptions options = options();
    options.setEvalBatch(7);
    assertThat(EvaluatePipeline.run(options, at(1)).done()).isEqualTo(2);
  }

  @Test
  void run_storedPredictionMoved_isAnAlarmAndTheJobIsComputed() throws IOException {
    var unused = run(0);
    EvaluationFolder earlier = newest();
    double score = earlier.result().getScore(0).getScore();
    Score first = earlier.result().getScore(0);
    // As if another program had stored them: marker and hashes agree with the file.
    Path file = Path.of(earlier.path(), first.getPredictions());
    rewrite(
        earlier,
        first,
        Files.readString(file).replaceAll("\"probabilities\":\\[0\\.", "\"probabilities\":[0.9"));

    StageResult again = run(1);

    assertThat(again.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(again.alarms()).hasSize(5);
    assertThat(again.alarms().get(0)).startsWith("a linear seed 0 (");
    assertThat(again.alarms().get(0)).contains("a probability moved by 0.");
    assertThat(again.done()).isEqualTo(1);
    assertThat(again.skipped()).isEqualTo(1);
    EvaluationResult later = newest().result();
    assertThat(later.getAlarmCount()).isEqualTo(5);
    assertThat(later.getScore(0).getCarriedFrom()).isEmpty();
    assertThat(later.getScore(0).getScore()).isEqualTo(score);
    assertThat(Files.readString(Path.of(newest().path(), "scores.json"))).contains("\"alarms\"");
    assertThat(Files.readString(Path.of(newest().path(), "report.md"))).contains("## Alarms");
    assertThat(run(2).alarms()).isEmpty();
  }

  @Test
  void run_storedPredictionsOfTheSameLengthChanged_jobIsComputed() throws IOException {
    var unused = run(0);
    EvaluationFolder earlier = newest();
    Path file = Path.of(earlier.path(), earlier.result().getScore(1).getPredictions());
    // A hard link to it would change with it: a file of its own.
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
    EvaluateOptions options = options();
    options.setCanary(0);
    StageResult again = EvaluatePipeline.run(options, at(1));
    assertThat(again.done()).isEqualTo(1);
    assertThat(again.skipped()).isEqualTo(1);
    assertThat(newest().result().getScore(1).getCarriedFrom()).isEmpty();
  }

  @Test
  void run_earlierEvaluationHalfGone_isComputed() throws IOException {
    var unused = run(0);
    EvaluationFolder earlier = newest();
    Files.delete(Path.of(earlier.path(), earlier.result().getScore(1).getPredictions()));
    assertThat(run(1).done()).isEqualTo(2);
  }

  @Test
  void run_adapterDamagedSinceThen_failsAtTheCanary() throws IOException {
    var unused = run(0);
    Path adapter =
        Path.of(
            EvaluationPlan.of(options()).wholes().get(0).getJob().getFolder(),
            "adapter.safetensors");
    byte[] bytes = Files.readAllBytes(adapter);
    bytes[bytes.length - 1] ^= 1;
    Files.write(adapter, bytes);
    StageResult again = run(1);
    assertThat(again.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(again.failures()).hasSize(1);
    assertThat(again.failures().get(0).getReason()).contains("has another SHA-256");
    assertThat(again.skipped()).isEqualTo(1);
  }

  @Test
  void run_afterAKilledOne_goesOnInItsFolderWithItsShards() throws IOException {
    EvaluationPlan plan = EvaluationPlan.of(options());
    EvaluationShard whole = plan.wholes().get(0);
    var unused = run(0);
    EvaluationFolder done = newest();
    Score score = done.result().getScore(0);
    List<String> lines = Files.readAllLines(Path.of(done.path(), score.getPredictions()));
    // What a killed launch leaves: a finished shard. Told from a computed one by a wrong label.
    String changed = lines.get(0).replaceFirst("\"label\":\\d", "\"label\":1");
    long length =
        whole.getInfo().getSplitList().stream()
            .filter(split -> split.getName().equals("test"))
            .findFirst()
            .orElseThrow()
            .getShardLength(0);
    lines.set(0, changed);
    Rewritten.delete(Path.of(benchmark.scores()));
    Path folder = Path.of(done.path());
    Files.createDirectories(folder);
    String shard = new EvaluationFiles(done.path()).shard(whole.getDeterminantsHash(), 0);
    Files.write(Path.of(shard), lines.subList(0, (int) length));

    assertThat(run(1).done()).isEqualTo(2);

    assertThat(newest().path()).isEqualTo(done.path());
    assertThat(Files.readAllLines(Path.of(newest().path(), score.getPredictions())))
        .isEqualTo(lines);
  }

  @Test
  void run_folderLeftLongAgo_beginsAnew() throws IOException {
    EvaluationPlan plan = EvaluationPlan.of(options());
    Path folder =
        Files.createDirectories(
            Path.of(benchmark.scores(), "20260529T000000Z-" + plan.hash().substring(0, 8)));
    Files.writeString(folder.resolve(".part-x"), "");
    var unused = run(0);
    assertThat(newest().result().getStarted()).isEqualTo(BEGUN.toString());
  }

  @Test
  void shards_dataReplacedAfterThePlan_isAnError() throws IOException {
    EvaluationShard whole = EvaluationPlan.of(options()).wholes().get(0);
    Path marker = benchmark.folder("examples", "tiny", "a", "DONE.json");
    Files.writeString(
        marker, Files.readString(marker).replaceAll("data of a in [^\"]*", "other data"));
    ModelSetup setup = EvaluateSetup.from(options(), root + "/scores/x").model();
    assertThat(assertThrows(IOException.class, () -> Canary.recompute(whole, setup, 3, "seed")))
        .hasMessageThat()
        .contains("was made anew meanwhile");
  }

  @Test
  void run_scheduled_onceInAPeriod() throws IOException {
    EvaluateOptions options = options();
    options.setEvery("24h");
    assertThat(scheduled(options, "2026-05-31T01:00:00Z").done()).isEqualTo(2);
    assertThat(newest().path()).contains("/20260531T000000Z-");
    assertThat(newest().result().getStarted()).isEqualTo("2026-05-31T01:00:00Z");

    StageResult again = scheduled(options, "2026-05-31T23:59:59Z");
    assertThat(again.exitCode()).isEqualTo(0);
    assertThat(again.done()).isEqualTo(0);
    assertThat(again.summary().get(0)).contains("nothing to do");

    assertThat(scheduled(options, "2026-06-01T00:00:00Z").skipped()).isEqualTo(2);
    assertThat(newest().result().getScore(0).getCanaryImages()).isEqualTo(5);
  }

  @Test
  void run_scheduledWhileTheDataAreReplaced_makesNothingAndTheNextStartDoes() throws IOException {
    EvaluateOptions options = options();
    options.setEvery("24h");
    Path marker = benchmark.folder("examples", "tiny", "a", "DONE.json");
    String text = Files.readString(marker);
    Files.delete(marker);
    HydraException thrown =
        assertThrows(HydraException.class, () -> scheduled(options, "2026-05-31T01:00:00Z"));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    Files.writeString(marker, text);
    assertThat(scheduled(options, "2026-05-31T01:01:00Z").done()).isEqualTo(2);
  }

  private StageResult scheduled(EvaluateOptions options, String at) throws IOException {
    Schedule schedule = Schedule.of(options).orElseThrow();
    return EvaluatePipeline.scheduled(
        new ScheduledStart(
            schedule, benchmark.scores(), folder -> Instant.parse(at).toEpochMilli()),
        options);
  }

  private StageResult run(int hour) {
    return EvaluatePipeline.run(options(), at(hour));
  }

  private static Clock at(int hour) {
    return Clock.fixed(BEGUN.plus(Duration.ofHours(hour)), ZoneOffset.UTC);
  }

  private EvaluateOptions options() {
    EvaluateOptions options = PipelineOptionsFactory.create().as(EvaluateOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples(benchmark.examples());
    options.setRuns(benchmark.runs());
    options.setScores(benchmark.scores());
    options.setEvalBatch(4);
    options.setCanary(5);
    options.setDevice(Device.CPU);
    return options;
  }

  private EvaluationFolder newest() throws IOException {
    return NewestEvaluation.in(benchmark.scores());
  }

  /** Commits an evaluation again with other predictions of a score. */
  private static void rewrite(EvaluationFolder evaluation, Score score, String predictions)
      throws IOException {
    EvaluationResult.Builder result = evaluation.result().toBuilder();
    for (Score.Builder each : result.getScoreBuilderList()) {
      if (each.getJobId().equals(score.getJobId())) {
        each.setPredictionsHash(Hashing.sha256Hex(predictions.getBytes()));
      }
    }
    Rewritten.folder(
        evaluation.path(), result.build(), Map.of(score.getPredictions(), predictions));
  }
}
