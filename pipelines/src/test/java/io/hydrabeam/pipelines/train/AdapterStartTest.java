package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Task b starts from the adapter of task a. */
class AdapterStartTest {
  @TempDir Path root;

  private TrainOptions options;

  @BeforeEach
  void writeBenchmark() throws IOException {
    Map<String, String> tasks = new LinkedHashMap<>();
    tasks.put("a", "");
    tasks.put("b", "");
    TinyBenchmark benchmark = TinyBenchmark.write(root, tasks);
    Path catalog = Path.of(benchmark.catalog());
    Files.writeString(
        catalog, Files.readString(catalog).replace("name: \"b\"", "name: \"b\" start_task: \"a\""));
    options = TrainPipelineTest.options(benchmark);
  }

  @Test
  void plan_adapterJobs_startFromThatOfTheSameSeed_othersFromTheBackbone() {
    options.setMethod(List.of(Method.LINEAR, Method.HYDRA));
    options.setSeeds(List.of(0L, 1L));
    List<TrainingJob> jobs = TrainPlan.of(options).jobs();
    for (long seed : List.of(0L, 1L)) {
      TrainingJob first = job(jobs, "a", Method.HYDRA, seed);
      assertThat(first.getStart()).isEmpty();
      TrainingJob second = job(jobs, "b", Method.HYDRA, seed);
      assertThat(second.getStart()).isEqualTo(first.getOutput());
      assertThat(second.getKey().getStartJob()).isEqualTo(first.getJobId());
      assertThat(job(jobs, "b", Method.LINEAR, seed).getKey().getStartJob()).isEmpty();
    }
    assertThat(String.join("\n", TrainPlan.of(options).lines()))
        .contains("; starts from the adapter a/" + job(jobs, "a", Method.HYDRA, 0).getJobId());
  }

  @Test
  void plan_none_startsFromTheBackboneInARunOfItsOwn() {
    TrainPlan taken = TrainPlan.of(options);
    options.setStartAdapter("none");
    TrainPlan plan = TrainPlan.of(options);
    assertThat(plan.jobs().stream().map(TrainingJob::getStart).distinct()).containsExactly("");
    assertThat(plan.runId()).isNotEqualTo(taken.runId());
    assertThat(plan.jobs().get(1).getJobId()).isNotEqualTo(taken.jobs().get(1).getJobId());
  }

  @Test
  void given_isTheOthersAdapter_withoutWhatBelongsToItsClasses() throws Exception {
    StageResult result = TrainPipeline.run(options);
    assertThat(result.done()).isEqualTo(2);
    TrainPlan plan = TrainPlan.of(options);
    TrainingJob second = job(plan.jobs(), "b", Method.HYDRA, 0);
    Backbone backbone = JobBackbone.load("", second.getKey());
    Map<String, HostTensor> trained = AdapterCheckpoint.load(Path.of(second.getStart())).trained();

    Map<String, HostTensor> given = GivenValues.of(second, backbone);

    assertThat(trained.keySet()).containsAtLeast("head/kernel", "head/bias");
    assertThat(given.keySet()).containsNoneOf("head/kernel", "head/bias");
    assertThat(given).hasSize(trained.size() - 2);
    given.forEach((name, tensor) -> assertThat(tensor.bitEquals(trained.get(name))).isTrue());
    assertThat(AdapterCheckpoint.loadConfig(Path.of(second.getOutput())).provenance())
        .containsEntry("startJob", second.getKey().getStartJob());
  }

  @Test
  void run_withARateNearZero_keepsTheAdapterThatItStartsFrom() throws Exception {
    options.setTasks("a");
    TrainPipeline.run(options);
    String start = TrainPlan.of(options).jobs().get(0).getOutput();
    options.setTasks("b");
    options.setStartAdapter(start);
    options.setLearningRate(1e-20);
    options.setWeightDecay(0.0);
    assertThat(TrainPipeline.run(options).exitCode()).isEqualTo(0);
    TrainingJob job = TrainPlan.of(options).jobs().get(0);
    Map<String, HostTensor> trained = AdapterCheckpoint.load(Path.of(job.getOutput())).trained();
    AdapterCheckpoint.load(Path.of(start))
        .trained()
        .forEach(
            (name, tensor) -> {
              if (!name.startsWith("head/")) {
                assertThat(trained.get(name).values())
                    .usingTolerance(1e-12)
                    .containsExactly(tensor.values())
                    .inOrder();
              }
            });
  }

  @Test
  void train_startThatIsNotFinished_failsThatJobInOneLine() throws Exception {
    List<TrainingJob> jobs = TrainPlan.of(options).jobs();
    try (var graphs = TrainingGraphs.single(TensorFlowRuntime.singleThread())) {
      JobTrainer trainer = new JobTrainer(TrainSetup.from(options), graphs);
      assertThat(trainer.train(jobs.get(1), epoch -> {}).getFailure())
          .contains(
              "the training whose adapter it starts from is not finished: "
                  + jobs.get(0).getOutput());
    }
  }

  @Test
  void plan_startTaskNotAsked_namesTheThreeWaysOut() {
    options.setTasks("b");
    assertThat(refused())
        .isEqualTo(
            "b starts from an adapter of a: add a to --tasks (a finished training is skipped), or"
                + " name one with --startAdapter=FOLDER, or start from the backbone alone with"
                + " --startAdapter=none");
  }

  @Test
  void plan_folderThatIsNoSuchAdapter_isRefusedInOneLine() throws Exception {
    options.setStartAdapter(root.resolve("nothing").toString());
    assertThat(refused()).contains("is no finished training, as it has no DONE.json; wanted is");

    options.setStartAdapter("none");
    options.setMethod(List.of(Method.HYDRA, Method.LINEAR));
    TrainPipeline.run(options);
    List<TrainingJob> jobs = TrainPlan.of(options).jobs();
    options.setMethod(List.of(Method.HYDRA));
    options.setStartAdapter(job(jobs, "b", Method.HYDRA, 0).getOutput());
    assertThat(refused())
        .endsWith(" is of tiny b, method hydra; b starts from an adapter of tiny a");
    options.setStartAdapter(job(jobs, "a", Method.LINEAR, 0).getOutput());
    assertThat(refused())
        .endsWith(" is of tiny a, method linear; b starts from an adapter of tiny a");

    options.setStartAdapter(job(jobs, "a", Method.HYDRA, 0).getOutput() + "/");
    assertThat(TrainPlan.of(options).jobs().get(1).getKey().getStartJob())
        .isEqualTo(job(jobs, "a", Method.HYDRA, 0).getJobId());
    options.setRank(7);
    assertThat(refused())
        .startsWith("b cannot start from the adapter of a: that is rank 2 and 2, scale");
    options.setRank(null);
    options.setRandomBackbone("32/16/32/1/2/64");
    assertThat(refused()).contains("was trained on another backbone");
    options.setRandomBackbone("tiny");
    options.setTasks("a");
    assertThat(refused()).startsWith("--startAdapter is of no use here");
  }

  @Test
  void plan_withATuning_isRefused() {
    options.setTune(Tuning.VAL200);
    assertThat(refused()).contains("which --tune would have to choose first");
  }

  @Test
  void givenFor_anotherBenchmarksAdapter_isRefused() throws Exception {
    options.setTasks("a");
    TrainPipeline.run(options);
    TrainingJob job = TrainPlan.of(options).jobs().get(0);
    AdapterStart start = AdapterStart.of(job.getOutput());
    JobResult found = start.given().orElseThrow();
    Task task = Task.newBuilder().setName("b").setStartTask("a").build();
    assertThat(start.givenFor(task, job.getKey())).isEqualTo(found);
    assertThrows(
        HydraException.class,
        () -> start.givenFor(task, job.getKey().toBuilder().setBenchmark("other").build()));
  }

  private String refused() {
    HydraException thrown = assertThrows(HydraException.class, () -> TrainPlan.of(options));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    return thrown.line();
  }

  private static TrainingJob job(List<TrainingJob> jobs, String task, Method method, long seed) {
    return jobs.stream()
        .filter(
            job ->
                job.getKey().getTask().equals(task)
                    && job.getKey().getMethod() == method
                    && job.getKey().getSeed() == seed)
        .findFirst()
        .orElseThrow();
  }
}
