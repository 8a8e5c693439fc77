package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.model.train.TrainingMemory;
import io.hydrabeam.pipelines.jobs.AttemptLog;
import io.hydrabeam.pipelines.jobs.Retry;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Faults;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.beam.sdk.io.FileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTrainerTest {
  @TempDir Path root;
  private TrainOptions options;

  @BeforeEach
  void writeData() throws IOException {
    options = TrainPipelineTest.options(TinyBenchmark.write(root, Map.of("a", "")));
    FileSystems.setDefaultPipelineOptions(options);
  }

  @AfterEach
  void noFaults() {
    Faults.none();
  }

  private static TrainSetup setup(int maxAttempts, String launch) {
    return new TrainSetup(
        Device.CPU,
        1,
        2,
        1024,
        new Retry(maxAttempts, Duration.ZERO),
        1,
        launch,
        TrainingMemory.NONE);
  }

  private static JobTrainer trainer(TrainSetup setup) {
    return new JobTrainer(setup, TrainingGraphs.single(TensorFlowRuntime.singleThread()));
  }

  private TrainingJob job() {
    return TrainPlan.of(options).jobs().get(0);
  }

  private static JobOutcome train(TrainSetup setup, TrainingJob job) throws InterruptedException {
    return trainer(setup).train(job, epoch -> {});
  }

  private static List<String> names(TrainingJob job) throws IOException {
    try (var files = Files.list(Path.of(job.getOutput()))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void train_workerDiedTooOften_isFailedUntilTheNextLaunch() throws Exception {
    for (int i = 0; i < 2; i++) {
      new AttemptLog(job().getOutput(), "one").begin(0);
    }

    JobOutcome outcome = train(setup(2, "one"), job());

    assertThat(outcome.getFailure()).startsWith("its worker died in each of 2 attempts");
    assertThat(train(setup(3, "one"), job()).hasResult()).isTrue();
    assertThat(names(job())).doesNotContain("attempts");
  }

  @Test
  void train_workersOfAnEarlierLaunchDied_isTrainedAndLeavesNoRecords() throws Exception {
    for (int i = 0; i < 5; i++) {
      new AttemptLog(job().getOutput(), "earlier").begin(0);
    }

    assertThat(train(setup(2, "now"), job()).hasResult()).isTrue();

    assertThat(names(job())).doesNotContain("attempts");
  }

  @Test
  void train_anyOperationFailsOnce_isTriedAgainToTheSameBytes() throws Exception {
    options.setRuns("faulty://" + options.getRuns());
    options.setExamples("faulty://" + options.getExamples());
    TrainingJob job = job();
    Faults.none();
    assertThat(train(setup(2, "one"), job).hasResult()).isTrue();
    long operations = Faults.operations();
    Path adapter = Path.of(job.getOutput().substring("faulty://".length()), "adapter.safetensors");
    byte[] undisturbed = Files.readAllBytes(adapter);
    for (Faults.Kind kind : List.of(Faults.Kind.ONCE, Faults.Kind.ANSWER_LOST)) {
      for (long k = 1 + kind.ordinal(); k <= operations; k += 5) {
        ArtifactFolder.at(job.getOutput()).retract();
        Faults.at(k, kind);
        JobOutcome outcome = train(setup(2, "one"), job);
        Faults.none();
        assertWithMessage("%s at %s: %s", kind, k, outcome.getFailure())
            .that(outcome.hasResult())
            .isTrue();
        assertThat(Files.readAllBytes(adapter)).isEqualTo(undisturbed);
      }
    }
  }

  @Test
  void train_byTwoWorkersAtOnce_isOneWholeResult() throws Exception {
    assertThat(train(setup(1, "alone"), job()).hasResult()).isTrue();
    byte[] undisturbed = Files.readAllBytes(Path.of(job().getOutput(), "adapter.safetensors"));
    options.setRun("twice");
    TrainingJob job = job();
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<JobOutcome>> outcomes =
          List.of("one", "two").stream()
              .map(
                  launch ->
                      pool.submit(
                          () -> {
                            start.await();
                            return train(setup(1, launch), job);
                          }))
              .toList();
      for (Future<JobOutcome> outcome : outcomes) {
        assertWithMessage(outcome.get().getFailure()).that(outcome.get().hasResult()).isTrue();
      }
      assertThat(outcomes.get(0).get().getResult()).isEqualTo(outcomes.get(1).get().getResult());
    } finally {
      pool.shutdownNow();
    }
    ArtifactFolder folder = ArtifactFolder.at(job.getOutput());
    assertThat(folder.read(JobResult.getDefaultInstance())).isPresent();
    folder.verify();
    assertThat(Files.readAllBytes(Path.of(job.getOutput(), "adapter.safetensors")))
        .isEqualTo(undisturbed);
    assertThat(names(job))
        .containsExactly(
            "DONE.json",
            "adapter.safetensors",
            "adapter_config.json",
            "events.out.tfevents.hydra",
            "history.jsonl");
  }

  @Test
  void train_stack_givesEachJobItsOwnFilesAndOutcome() throws Exception {
    useOneBackbone();
    options.setSeeds(List.of(0L, 1L, 2L));
    List<TrainingJob> jobs = TrainPlan.of(options).jobs();
    assertThat(jobs.stream().map(JobStacks::key).distinct().count()).isEqualTo(1);
    TrainSetup setup = setup(1, "one");
    assertThat(train(setup, jobs.get(0)).hasResult()).isTrue(); // alone, and before the others

    List<JobOutcome> outcomes = trainer(setup).train(jobs, epoch -> {});

    assertThat(outcomes.stream().map(JobOutcome::getSkipped))
        .containsExactly(true, false, false)
        .inOrder();
    assertThat(outcomes.stream().map(outcome -> outcome.getResult().getStacked()))
        .containsExactly(0, 2, 2)
        .inOrder();
    for (int i = 0; i < jobs.size(); i++) {
      assertThat(outcomes.get(i).getResult().getJobId()).isEqualTo(jobs.get(i).getJobId());
      assertThat(names(jobs.get(i))).containsAtLeast("adapter.safetensors", "DONE.json");
      assertThat(names(jobs.get(i))).containsNoneOf("attempts", "resume");
    }
  }

  @Test
  void train_stackWithASuspectAndADivergingJob_leavesTheOthersAlone() throws Exception {
    useOneBackbone();
    options.setSeeds(List.of(0L, 1L, 2L, 3L));
    List<TrainingJob> jobs = new ArrayList<>(TrainPlan.of(options).jobs());
    TrainingJob.Builder wild = jobs.get(1).toBuilder();
    wild.getKeyBuilder().getRecipeBuilder().setLearningRate(1e30);
    jobs.set(1, wild.build());
    new AttemptLog(jobs.get(2).getOutput(), "earlier").begin(0);

    List<JobOutcome> outcomes = trainer(setup(1, "one")).train(jobs, epoch -> {});

    assertThat(outcomes.get(0).getResult().getStacked()).isEqualTo(3);
    assertThat(outcomes.get(1).getFailure()).contains("lower the learning rate");
    assertThat(outcomes.get(2).hasResult()).isTrue();
    assertThat(outcomes.get(2).getResult().getStacked()).isEqualTo(0);
    assertThat(outcomes.get(3).getResult().getStacked()).isEqualTo(3);
  }

  @Test
  void stacks_ofJobs_doNotDependOnTheirOrder() throws Exception {
    useOneBackbone();
    options.setSeeds(List.of(0L, 1L, 2L));
    List<TrainingJob> jobs = TrainPlan.of(options).jobs();
    List<TrainingJob> reversed = new ArrayList<>(jobs);
    Collections.reverse(reversed);

    assertThat(JobStacks.of(reversed, 2)).isEqualTo(JobStacks.of(jobs, 2));
    assertThat(JobStacks.of(jobs, 2).stream().map(List::size)).containsExactly(2, 1).inOrder();
    options.setBackbone(null);
    options.setRandomBackbone("tiny");
    assertThat(TrainPlan.of(options).jobs().stream().map(JobStacks::key).distinct().count())
        .isEqualTo(3);
  }

  /** Weights in a file: random ones differ from seed to seed. */
  private void useOneBackbone() throws IOException {
    Path file = root.resolve("tiny.safetensors");
    Backbone tiny = Backbone.random(VitConfig.tiny(), 1);
    Backbone.write(file, tiny.config(), tiny.parameters(), Optional.empty());
    options.setRandomBackbone(null);
    options.setBackbone(file.toString());
  }
}
