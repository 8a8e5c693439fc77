package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.model.train.ImageSet;
import io.hydrabeam.model.train.ImagesInMemory;
import io.hydrabeam.model.train.StreamedImages;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Site;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainPipelineTest {
  @TempDir Path root;

  @Test
  void run_twoMethods_commitsAJobEach() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setMethod(List.of(Method.LINEAR, Method.HYDRA));
    StageResult result = TrainPipeline.run(options);
    assertThat(result.exitCode()).isEqualTo(0);
    assertThat(result.done()).isEqualTo(2);
    TrainPlan plan = TrainPlan.of(options);
    assertThat(plan.runId()).startsWith("tiny-holdout-");
    for (TrainingJob job : plan.jobs()) {
      ArtifactFolder folder = ArtifactFolder.at(job.getOutput());
      JobResult stored = folder.read(JobResult.getDefaultInstance()).orElseThrow();
      assertThat(stored.getKey()).isEqualTo(job.getKey());
      assertThat(stored.getTrainableParameters()).isEqualTo(plan.trainableParameters(job));
      assertThat(stored.getTotalParameters()).isEqualTo(plan.totalParameters(job));
      assertThat(stored.hasEvalScore()).isFalse();
      assertThat(names(job))
          .containsExactly(
              "DONE.json",
              "adapter.safetensors",
              "adapter_config.json",
              "events.out.tfevents.hydra",
              "history.jsonl");
      folder.verify();
    }
  }

  @Test
  void run_again_findsTheJobsFinished() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", "", "b", ""));
    TrainOptions options = options(benchmark);
    options.setTasks("a");
    assertThat(TrainPipeline.run(options).done()).isEqualTo(1);
    options.setTasks("all");
    StageResult again = TrainPipeline.run(options);
    assertThat(again.done()).isEqualTo(1);
    assertThat(again.skipped()).isEqualTo(1);
    assertThat(again.exitCode()).isEqualTo(0);
  }

  @Test
  void run_again_changesNoByte() throws IOException {
    TrainOptions options = options(TinyBenchmark.write(root, Map.of("a", "")));
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
    Map<String, FileTime> before = times(options);

    StageResult again = TrainPipeline.run(options);

    assertThat(again.done()).isEqualTo(0);
    assertThat(again.skipped()).isEqualTo(1);
    assertThat(times(options)).isEqualTo(before);
  }

  private static Map<String, FileTime> times(TrainOptions options) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of(options.getRuns()))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        times.put(file.toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void run_withForce_trainsFinishedJobsAgain() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    TrainingJob job = TrainPlan.of(options).jobs().get(0);
    assertThat(TrainPipeline.run(options).done()).isEqualTo(1);
    byte[] first = adapter(job);
    options.setForce(true);
    assertThat(TrainPipeline.run(options).done()).isEqualTo(1);
    assertThat(adapter(job)).isEqualTo(first);
  }

  @Test
  void run_hopelessLearningRate_failsThatJobOnly() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, new TreeMap<>(Map.of("a", "", "b", "")));
    String catalog = Files.readString(Path.of(benchmark.catalog()));
    Files.writeString(
        Path.of(benchmark.catalog()),
        catalog.replaceFirst("learning_rate: 1e-2", "learning_rate: 1e30"));
    TrainOptions options = options(benchmark);
    options.setRun("mine");
    StageResult result = TrainPipeline.run(options);
    assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(result.done()).isEqualTo(1);
    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().get(0).getWhat()).startsWith("a hydra seed 0 (");
    assertThat(result.failures().get(0).getReason()).contains("the loss is");
    RunFiles files = RunFiles.at(benchmark.folder("runs", "mine").toString());
    assertThat(files.failures()).isEqualTo(result.failures());

    // The failure stays listed until the job succeeds; other launches do not lose it.
    options.setTasks("b");
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
    assertThat(files.failures()).isEqualTo(result.failures());
  }

  @Test
  void run_allJobsFail_isFailure() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setLearningRate(1e30);
    StageResult result = TrainPipeline.run(options);
    assertThat(result.exitCode()).isEqualTo(HydraException.FAILED);
  }

  @Test
  void run_holdoutWithTuning_neverReadsTestImages() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    benchmark.destroy("a", "test");
    TrainOptions options = options(benchmark);
    options.setTune(Tuning.VAL200);
    options.setTuneLearningRates(List.of(1e-4, 1e-2));
    options.setTuneScales(List.of(1.0));
    options.setRun("tuned");
    StageResult result = TrainPipeline.run(options);
    assertThat(result.failures()).isEmpty();
    assertThat(result.done()).isEqualTo(3);
    List<JobOutcome> outcomes =
        RunFiles.at(benchmark.folder("runs", "tuned").toString()).outcomes();
    JobOutcome last =
        outcomes.stream().filter(o -> o.getJob().getTuningGroup().isEmpty()).toList().get(0);
    assertThat(last.getJob().getKey().getTune()).isEqualTo("val200");
    assertThat(last.getJob().getKey().getTrainSplit()).isEqualTo("train800val200");
    JobOutcome best =
        ChooseRecipes.best(
                outcomes.stream().filter(o -> !o.getJob().getTuningGroup().isEmpty()).toList())
            .orElseThrow();
    assertThat(last.getJob().getKey().getRecipe().getLearningRate())
        .isEqualTo(best.getJob().getKey().getRecipe().getLearningRate());

    StageResult again = TrainPipeline.run(options);
    assertThat(again.skipped()).isEqualTo(3);
    options.setForce(true);
    assertThat(TrainPipeline.run(options).done()).isEqualTo(3);
  }

  @Test
  void run_paper_scoresTestWhileTraining() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setProtocol(Protocol.PAPER);
    options.setEpochs(11);
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
    TrainingJob job = TrainPlan.of(options).jobs().get(0);
    JobResult stored =
        ArtifactFolder.at(job.getOutput()).read(JobResult.getDefaultInstance()).orElseThrow();
    assertThat(stored.getEpoch()).isAnyOf(9, 10);
    assertThat(stored.hasEvalScore()).isTrue();
    List<String> history = Files.readAllLines(Path.of(job.getOutput(), "history.jsonl"));
    assertThat(history).hasSize(11);
    assertThat(history.stream().filter(line -> line.contains("\"split\":\"test\""))).hasSize(2);
  }

  @Test
  void run_damagedTrainingShard_failsTheJobWithItsName() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    benchmark.destroy("a", "train800val200");
    StageResult result = TrainPipeline.run(options(benchmark));
    assertThat(result.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(result.failures().get(0).getReason()).contains("a-train800val200.tfrecord-00000");
  }

  @Test
  void load_setAboveTheBudget_isReadAtEachStepWithTheSamePixels() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    var info = ExampleFolder.open(benchmark.examples(), TinyBenchmark.NAME, "a");
    // Anonymous, so that the two are not shared.
    var anonymous = info.toBuilder();
    anonymous.getSplitBuilderList().forEach(split -> split.clearContentHash());
    ImageSet held =
        (ImageSet)
            new TrainingSets(1).load(benchmark.examples(), anonymous.build(), "train800val200");
    ImageSet streamed =
        (ImageSet)
            new TrainingSets(0).load(benchmark.examples(), anonymous.build(), "train800val200");
    assertThat(held).isInstanceOf(ImagesInMemory.class);
    assertThat(streamed).isInstanceOf(StreamedImages.class);
    int[] rows = {2, 0, held.records() - 1};
    assertThat(streamed.pixels(rows)).isEqualTo(held.pixels(rows));
    assertThat(streamed.labels()).isEqualTo(held.labels());
  }

  @Test
  void run_runsFolderIsAFile_isFailureInOneLine() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setRuns(benchmark.catalog());
    HydraException thrown = assertThrows(HydraException.class, () -> TrainPipeline.run(options));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(thrown.line()).startsWith("cannot write to " + benchmark.catalog());
  }

  @Test
  void run_shardReplacedByAnotherOfItsLength_isFailed() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", "", "b", ""));
    TrainOptions options = options(benchmark);
    options.setTasks("a");
    Path examples = Path.of(benchmark.examples(), TinyBenchmark.NAME);
    String shard = "-train800val200.tfrecord-00000-of-00002";
    Files.copy(
        examples.resolve("b").resolve("b" + shard),
        examples.resolve("a").resolve("a" + shard),
        StandardCopyOption.REPLACE_EXISTING);

    StageResult result = TrainPipeline.run(options);

    assertThat(result.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(result.failures().get(0).getReason())
        .contains("is not the file that its folder was finished with (its SHA-256 differs)");
  }

  @Test
  void run_interruptedJob_goesOnFromItsStateToTheSameBytes() throws Exception {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setEpochs(4);
    options.setRun("undisturbed");
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
    byte[] undisturbed = adapter(TrainPlan.of(options).jobs().get(0));

    options.setRun("interrupted");
    TrainingJob job = TrainPlan.of(options).jobs().get(0);
    JobTrainer trainer =
        new JobTrainer(
            TrainSetup.from(options), TrainingGraphs.single(TensorFlowRuntime.singleThread()));
    assertThrows(
        InterruptedException.class,
        () -> trainer.train(job, epoch -> Thread.currentThread().interrupt()));
    assertThat(new ResumeFolder(job.getOutput()).epochs()).isEqualTo(1);
    assertThat(names(job)).containsExactly("resume");
    List<Integer> epochs = new ArrayList<>();
    JobOutcome outcome = trainer.train(job, epoch -> epochs.add(epoch.epoch()));
    assertThat(outcome.hasResult()).isTrue();
    assertThat(epochs).containsExactly(1, 2, 3).inOrder();
    assertThat(adapter(job)).isEqualTo(undisturbed);
    assertThat(names(job)).doesNotContain("resume");
    assertThat(Files.readAllLines(Path.of(job.getOutput(), "history.jsonl"))).hasSize(4);
  }

  @Test
  void plan_impossibleOption_isUsageError() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setDropout(2.0);
    HydraException thrown = assertThrows(HydraException.class, () -> TrainPlan.of(options));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).isEqualTo("dropout (2.0) must be in [0, 1)");
  }

  @Test
  void plan_runThatLeavesTheFolder_isUsageError() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setRun("../other");
    HydraException thrown = assertThrows(HydraException.class, () -> TrainPlan.of(options));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void plan_moreSeedsTasksMethods_isTheSameRun() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", "", "b", ""));
    TrainOptions options = options(benchmark);
    options.setTasks("a");
    String run = TrainPlan.of(options).runId();
    options.setTasks("all");
    options.setSeeds(List.of(0L, 1L));
    options.setMethod(List.of(Method.LINEAR, Method.FULL));
    assertThat(TrainPlan.of(options).runId()).isEqualTo(run);
    options.setScale(3.0);
    assertThat(TrainPlan.of(options).runId()).isNotEqualTo(run);
  }

  @Test
  void lines_plan_tellsParametersAndTheirOrigin() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = options(benchmark);
    options.setMethod(List.of(Method.LINEAR));
    // Head: 32 weights and a bias for each of 3 classes.
    assertThat(TrainPlan.of(options).lines().get(1))
        .matches(
            "a linear: trainable 99 of [0-9,]+ \\([0-9.]+%\\); learningRate=0.01 .*"
                + "\\(made up for a test\\)");
  }

  @Test
  void options_ofAllStages_canBeReadFromOneCommandLine() {
    PipelineOptionsFactory.register(PreprocessOptions.class);
    PipelineOptionsFactory.register(TrainOptions.class);
    PipelineOptionsFactory.register(EvaluateOptions.class);
    TrainOptions train =
        PipelineOptionsFactory.fromArgs(
                "--method=LINEAR,HYDRA", "--seeds=0,3", "--sites=MLP", "--learningRate=0.5")
            .as(TrainOptions.class);
    assertThat(train.getMethod()).containsExactly(Method.LINEAR, Method.HYDRA).inOrder();
    assertThat(train.getSeeds()).containsExactly(0L, 3L).inOrder();
    assertThat(train.getSites()).containsExactly(Site.MLP);
    assertThat(train.getLearningRate()).isEqualTo(0.5);
    assertThat(train.as(EvaluateOptions.class).getMethod())
        .containsExactly(Method.LINEAR, Method.HYDRA)
        .inOrder();
  }

  static TrainOptions options(TinyBenchmark benchmark) {
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples(benchmark.examples());
    options.setRuns(benchmark.runs());
    options.setRandomBackbone("tiny");
    options.setDevice(Device.CPU);
    options.setMaxAttempts(1);
    return options;
  }

  private static byte[] adapter(TrainingJob job) throws IOException {
    return Files.readAllBytes(Path.of(job.getOutput(), "adapter.safetensors"));
  }

  private static List<String> names(TrainingJob job) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(job.getOutput()))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
