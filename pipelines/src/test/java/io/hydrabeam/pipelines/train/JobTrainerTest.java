package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
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
import java.util.List;
import java.util.Map;
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
        Device.CPU, 1, 2, 1024, new Retry(maxAttempts, Duration.ZERO), launch, TrainingMemory.NONE);
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
}
