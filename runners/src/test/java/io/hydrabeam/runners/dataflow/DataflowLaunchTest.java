package io.hydrabeam.runners.dataflow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.train.TrainOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

final class DataflowLaunchTest {

  private static final Map<String, String> GIVEN =
      Map.of(
          "project", "a-project",
          "region", "europe-west4",
          "tempLocation", "gs://bucket/temp",
          "numWorkers", "2",
          "filesToStage", "all.jar",
          "apiRootUrl", "http://127.0.0.1:1/");

  @Test
  void of_projectRegionOrTempMissing_isUsage() {
    for (String option : new String[] {"project", "region", "tempLocation"}) {
      Map<String, String> given = new HashMap<>(GIVEN);
      given.remove(option);
      HydraException thrown = assertThrows(HydraException.class, () -> launch("train", given));
      assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
      assertThat(thrown.line()).startsWith("--" + option + "=");
      assertThat(thrown.line()).contains(" is missing: ");
    }
  }

  @Test
  void of_localTemp_isUsage() {
    Map<String, String> given = new HashMap<>(GIVEN);
    given.put("tempLocation", "/tmp");
    HydraException thrown = assertThrows(HydraException.class, () -> launch("train", given));
    assertThat(thrown.line()).startsWith("--tempLocation=/tmp is not on Cloud Storage");
  }

  @Test
  void of_templateOfRun_isUsage() {
    Map<String, String> given = new HashMap<>(GIVEN);
    given.put("templateLocation", "gs://bucket/template");
    HydraException thrown = assertThrows(HydraException.class, () -> launch("run", given));
    assertThat(thrown.line()).contains("a template is one job");
    given.remove("tempLocation"); // a Flex Template's launcher names a staging location only
    given.put("stagingLocation", "gs://bucket/staging");
    assertThat(launch("train", given).options()).containsEntry("autoscalingAlgorithm", "NONE");
  }

  @Test
  void of_jobName_isDerivedUnlessGiven() {
    assertThat(launch("train", GIVEN).options().get("jobName")).matches("hydra-train-[0-9a-f]{8}");
    Map<String, String> given = new HashMap<>(GIVEN);
    given.put("jobName", "mine");
    assertThat(launch("train", given).options()).containsEntry("jobName", "mine");
  }

  @Test
  void inTemplate_stageOfTheImage_isTheCommand() {
    List<String> words = List.of("--rank=4");
    assertThat(DataflowLaunch.inTemplate(words, Map.of())).isEqualTo(words);
    assertThat(DataflowLaunch.inTemplate(words, Map.of(DataflowLaunch.STAGE_VARIABLE, "train")))
        .containsExactly("train", "--rank=4", "--runner=DataflowRunner")
        .inOrder();
  }

  @Test
  void prepare_localFolders_isUsageAlsoForDefaults() {
    TrainOptions options = PipelineOptionsFactory.as(TrainOptions.class);
    assertThat(refusal(launch("train", GIVEN), options))
        .startsWith("--examples=hydra-out/examples is not on Cloud Storage");
    options.setExamples("gs://bucket/examples");
    options.setRuns("gs://bucket/runs");
    options.setBackbone("/data/ViT-B_16.npz");
    assertThat(refusal(launch("train", GIVEN), options))
        .startsWith("--backbone=/data/ViT-B_16.npz is not on Cloud Storage");
  }

  @Test
  void prepare_localInput_isUsage() {
    PreprocessOptions options = PipelineOptionsFactory.as(PreprocessOptions.class);
    options.setExamples("gs://bucket/examples");
    options.setInput("s3://bucket/input");
    HydraException thrown =
        assertThrows(
            HydraException.class,
            () -> launch("preprocess", GIVEN).prepare(options, PreprocessOptions.class, nowhere()));
    assertThat(thrown.line()).startsWith("--input=s3://bucket/input is not on Cloud Storage");
  }

  @Test
  void prepare_serviceThatDoesNotAnswer_isUsage() {
    TrainOptions options = PipelineOptionsFactory.as(TrainOptions.class);
    options.setExamples("gs://bucket/examples");
    options.setRuns("gs://bucket/runs");
    assertThat(refusal(launch("train", GIVEN), options))
        .startsWith("Dataflow does not answer at http://127.0.0.1:1/ (");
  }

  @Test
  void explain_endedOtherwise_saysWhereTheLogIs() {
    HydraException failed = HydraException.failed("the training pipeline ended as FAILED");
    RuntimeException explained = launch("train", GIVEN).explain(failed);
    assertThat(explained).hasMessageThat().contains("ended as FAILED; https://console.cloud");
    assertThat(explained).hasMessageThat().contains("project=a-project");
    HydraException other = HydraException.failed("the disk is full");
    assertThat(launch("train", GIVEN).explain(other)).isSameInstanceAs(other);
  }

  private static String refusal(DataflowLaunch launch, TrainOptions options) {
    HydraException thrown =
        assertThrows(
            HydraException.class, () -> launch.prepare(options, TrainOptions.class, nowhere()));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    return thrown.line();
  }

  private static DataflowLaunch launch(String command, Map<String, String> runner) {
    return DataflowLaunch.of(DataflowLaunchTest.class, command, Map.of(), runner);
  }

  private static PrintStream nowhere() {
    return new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
  }
}
