package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.runners.dataflow.FakeDataflow;
import io.hydrabeam.testing.gcs.FakeGcs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.apache.beam.model.pipeline.v1.RunnerApi;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.FileStagingOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Submissions to stand-ins for Dataflow and Cloud Storage; built with the profile dataflow-runner.
 * What workers would have written is that of a run on the DirectRunner.
 */
final class DataflowIT {

  private static final String BUCKET = "bucket";
  private static final String PARDO = "beam:transform:pardo:v1";
  private static final String HINT = "type:nvidia-tesla-t4;count:1;install-nvidia-driver";
  private static final List<String> GPU =
      List.of(
          "--accelerator=nvidia-tesla-t4",
          "--workerMemory=52GB",
          "--sdkContainerImage=registry/image");
  private static final List<String> TRAINING =
      List.of("--numWorkers=3", "--method=linear,hydra", "--randomBackbone=tiny");

  @TempDir static Path folder;

  private FakeGcs gcs;
  private FakeDataflow dataflow;

  @BeforeAll
  static void runOnDirect() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 2, "warm");
    List<String> words = new ArrayList<>(List.of("run", "--device=cpu"));
    words.addAll(images.options());
    for (String option : List.of("examples", "runs", "scores")) {
      words.add("--%s=%s".formatted(option, folder.resolve(option)));
    }
    Launched direct = Launched.run(Hydra.COMMANDS, words.toArray(String[]::new));
    assertWithMessage(direct.err()).that(direct.exitCode()).isEqualTo(0);
    Files.writeString(folder.resolve("staged.jar"), "what workers run");
  }

  @BeforeEach
  void start() throws IOException {
    gcs = FakeGcs.start(BUCKET);
    dataflow = FakeDataflow.start();
  }

  @AfterEach
  void stop() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    dataflow.close();
    gcs.close();
  }

  @Test
  void train_onGpus_postsFixedWorkersAThreadForEachSlotAndHints() throws Exception {
    upload("examples");
    dataflow.workersDo(() -> upload("runs"));
    Launched launched = launch("train", TRAINING, GPU);
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    // The stand-in's workers bring the results of another launch.
    assertThat(launched.err()).contains("train: 0 done, 2 were finished");

    JsonNode job = only(dataflow.posted());
    assertThat(job.at("/name").asText()).matches("hydra-train-[0-9a-f]{8}");
    assertThat(job.at("/type").asText()).isEqualTo("JOB_TYPE_BATCH");
    assertThat(texts(job.at("/environment/experiments"))).contains("use_runner_v2");
    assertThat(texts(job.at("/environment/serviceOptions"))).isEmpty();
    JsonNode pool = only(list(job.at("/environment/workerPools")));
    assertThat(pool.at("/autoscalingSettings/algorithm").asText())
        .isEqualTo("AUTOSCALING_ALGORITHM_NONE");
    assertThat(pool.at("/numWorkers").asInt()).isEqualTo(3);
    assertThat(pool.at("/machineType").asText()).isEqualTo("n1-highmem-8");
    assertThat(pool.at("/diskSizeGb").asInt()).isEqualTo(50);
    assertThat(pool.at("/sdkHarnessContainerImages/0/containerImage").asText())
        .isEqualTo("registry/image");
    JsonNode options = job.at("/environment/sdkPipelineOptions/options");
    assertThat(options.at("/numberOfWorkerHarnessThreads").asInt()).isEqualTo(2);
    assertThat(options.at("/jobsAtOnce").asInt()).isEqualTo(2);
    assertThat(options.at("/device").asText()).isEqualTo("GPU");
    String staged = only(list(pool.at("/packages"))).at("/location").asText();
    assertThat(new String(object(staged), StandardCharsets.UTF_8)).isEqualTo("what workers run");

    assertThat(hints(job))
        .containsExactly(
            "TrainAdapters/TrainJob/ParMultiDo(TrainJob)",
            Map.of("accelerator", HINT, "min_ram_bytes", "52000000000"));
  }

  @Test
  void preprocess_leavesWorkersToDataflowAndHasNoHints() throws Exception {
    upload("input");
    dataflow.workersDo(() -> upload("examples"));
    Launched launched = launch("preprocess", List.of("--imageSize=32"));
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    JsonNode job = only(dataflow.posted());
    JsonNode pool = only(list(job.at("/environment/workerPools")));
    assertThat(pool.at("/autoscalingSettings/algorithm").isMissingNode()).isTrue();
    assertThat(hints(job)).isEmpty();
    assertThat(steps(job)).contains("WriteShards/ParMultiDo(WriteShard)");
  }

  @Test
  void evaluate_hintsTheStepsThatNeedTheDevice() throws Exception {
    upload("examples");
    upload("runs");
    dataflow.workersDo(this::uploadScores);
    Launched launched = launch("evaluate", GPU);
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    assertThat(launched.out()).contains("hydra");
    assertThat(hints(only(dataflow.posted())).keySet())
        .containsExactly(
            "CarryOver",
            "PredictShard/ParMultiDo(PredictShard)",
            "MeasureAdapter/ParMultiDo(MeasureAdapter)",
            "CommitScores/Commit/ParMultiDo(Commit)");
  }

  @Test
  void run_isThreeJobsOneAfterTheOther() throws Exception {
    upload("input");
    Iterator<Runnable> parts =
        List.<Runnable>of(() -> upload("examples"), () -> upload("runs"), this::uploadScores)
            .iterator();
    dataflow.workersDo(() -> parts.next().run());
    Launched launched = launch("run", TRAINING, List.of("--imageSize=32"));
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    assertThat(dataflow.posted()).hasSize(3);
    assertThat(dataflow.posted().stream().map(job -> job.at("/name").asText()).distinct())
        .hasSize(1);
    assertThat(launched.out()).contains("warm");
  }

  @Test
  void train_jobFails_isFailureInOneLine() throws Exception {
    upload("examples");
    dataflow.jobsEndAs("JOB_STATE_FAILED");
    assertLine(launch("train", TRAINING), 1, "the training pipeline ended as FAILED; https://");
  }

  @Test
  void train_refused_isUsageInOneLine() throws Exception {
    upload("examples");
    dataflow.refuse(403);
    assertLine(launch("train", TRAINING), 2, "(403: said by the stand-in): the account needs");
    dataflow.refuse(404);
    assertLine(launch("train", TRAINING), 2, "(404: said by the stand-in): check --project");
  }

  @Test
  void train_jobOfAnEarlierLaunch_isNamed() throws Exception {
    upload("examples");
    dataflow.haveAJobOfThatName();
    assertLine(launch("train", TRAINING), 2, "of an earlier launch of this command still runs");
  }

  @Test
  void train_bucketThatIsNotThere_isNamedBeforeAJobIsPosted() throws Exception {
    upload("examples");
    Launched launched =
        launch("train", TRAINING, List.of("--stagingLocation=gs://another-bucket/staging"));
    assertLine(launched, 2, "another-bucket");
    assertThat(dataflow.posted()).isEmpty();
  }

  @Test
  void train_hintAndWorkerAccelerator_isUsage() throws Exception {
    String service = "--dataflowServiceOptions=worker_accelerator=type:nvidia-l4;count:1";
    assertLine(launch("train", TRAINING, GPU, List.of(service)), 2, "only one of both");
    assertThat(dataflow.posted()).isEmpty();
  }

  @Test
  void train_template_isWrittenAndNoJobPosted() throws Exception {
    upload("examples");
    Launched launched =
        launch("train", TRAINING, List.of("--templateLocation=gs://bucket/template.json"));
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    assertThat(launched.err()).contains("the job is described, not started");
    assertThat(dataflow.posted()).isEmpty();
    String template = new String(object("gs://bucket/template.json"), StandardCharsets.UTF_8);
    assertThat(template).contains("AUTOSCALING_ALGORITHM_NONE");
  }

  /** Without an upload: the jar has hundreds of megabytes. */
  @Test
  void filesToStage_byDefault_isTheWholeJarOfThisBuild() {
    List<String> words = words("train", List.of("--numWorkers=1"));
    words.removeIf(word -> word.startsWith("--filesToStage"));
    Invocation invocation =
        Invocation.of(new TrainCommand(), CommandLine.parse(words), Hydra.COMMANDS);
    List<String> staged = invocation.options().as(FileStagingOptions.class).getFilesToStage();
    assertThat(only(staged)).endsWith("/target/hydra-beam-all.jar");
  }

  private static void assertLine(Launched launched, int exitCode, String part) {
    List<String> lines = launched.err().lines().filter(line -> line.startsWith("hydra: ")).toList();
    assertWithMessage(launched.err()).that(lines).hasSize(1);
    assertThat(lines.get(0)).contains(part);
    assertThat(lines.get(0)).doesNotContain("stack trace");
    assertThat(launched.exitCode()).isEqualTo(exitCode);
  }

  @SafeVarargs
  private final Launched launch(String command, List<String>... words) {
    return Launched.run(Hydra.COMMANDS, words(command, words).toArray(String[]::new));
  }

  @SafeVarargs
  private final List<String> words(String command, List<String>... more) {
    List<String> words = new ArrayList<>();
    for (List<String> some : more) {
      words.addAll(some);
    }
    words.addAll(
        List.of(
            "--runner=DataflowRunner",
            "--project=a-project",
            "--region=europe-west4",
            "--tempLocation=gs://bucket/temp",
            "--filesToStage=" + folder.resolve("staged.jar"),
            "--catalog=" + folder.resolve("catalog.textproto"),
            "--examples=gs://bucket/examples",
            dataflow.option()));
    words.addAll(gcs.options());
    if (!command.equals("preprocess")) {
      words.add("--runs=gs://bucket/runs");
    }
    if (command.equals("evaluate") || command.equals("run")) {
      words.add("--scores=gs://bucket/scores");
    }
    if (command.equals("preprocess") || command.equals("run")) {
      words.add("--input=gs://bucket/input");
    }
    words.add(0, command);
    return words;
  }

  /** Puts there what a stage has written on the DirectRunner, or its input. */
  private void upload(String part) {
    upload(part, name -> name);
  }

  private void upload(String part, UnaryOperator<String> named) {
    try (Stream<Path> files = Files.walk(folder.resolve(part))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        gcs.put(BUCKET, named.apply(folder.relativize(file).toString()), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The evaluation of the DirectRunner, under the id that the posted job is to write. */
  private void uploadScores() {
    try {
      JsonNode job = dataflow.posted().get(dataflow.posted().size() - 1);
      String id =
          pipeline(job).getTransformsMap().values().stream()
              .flatMap(step -> step.getDisplayDataList().stream())
              .map(data -> OutputFiles.ID.matcher(data.getPayload().toStringUtf8()))
              .filter(Matcher::find)
              .map(Matcher::group)
              .findAny()
              .orElseThrow();
      upload("scores", name -> OutputFiles.ID.matcher(name).replaceAll(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] object(String path) {
    String name = path.replaceFirst("^gs://" + BUCKET + "/", "");
    byte[] bytes = gcs.objects(BUCKET).get(name);
    assertWithMessage(name).that(bytes).isNotNull();
    return bytes;
  }

  private RunnerApi.Components pipeline(JsonNode job) throws IOException {
    String file = job.at("/environment/sdkPipelineOptions/options/pipelineUrl").asText();
    return RunnerApi.Pipeline.parseFrom(object(file)).getComponents();
  }

  private List<String> steps(JsonNode job) throws IOException {
    return pipeline(job).getTransformsMap().values().stream()
        .filter(step -> step.getSpec().getUrn().equals(PARDO))
        .map(RunnerApi.PTransform::getUniqueName)
        .toList();
  }

  /** Resource hints by name, of each step that has some. */
  private Map<String, Map<String, String>> hints(JsonNode job) throws IOException {
    RunnerApi.Components pipeline = pipeline(job);
    Map<String, Map<String, String>> byStep = new TreeMap<>();
    for (RunnerApi.PTransform step : pipeline.getTransformsMap().values()) {
      Map<String, String> hints = new TreeMap<>();
      pipeline
          .getEnvironmentsMap()
          .getOrDefault(step.getEnvironmentId(), RunnerApi.Environment.getDefaultInstance())
          .getResourceHintsMap()
          .forEach((urn, value) -> hints.put(urn.split(":", -1)[2], value.toStringUtf8()));
      if (!hints.isEmpty() && step.getSpec().getUrn().equals(PARDO)) {
        byStep.put(step.getUniqueName(), hints);
      }
    }
    return byStep;
  }

  private static <T> T only(Collection<T> elements) {
    assertThat(elements).hasSize(1);
    return elements.iterator().next();
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  private static List<String> texts(JsonNode array) {
    return list(array).stream().map(JsonNode::asText).toList();
  }
}
