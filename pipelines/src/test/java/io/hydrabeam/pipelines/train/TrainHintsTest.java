package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.common.StepHints;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainHintsTest {

  private static final Map<String, String> HINTS =
      Map.of(
          "accelerator", "type:nvidia-tesla-t4;count:1;install-nvidia-driver",
          "min_ram_bytes", "52000000000");

  @TempDir Path root;

  @Test
  void setup_withHints_givesThemToTrainingStepsOnly() throws Exception {
    TrainOptions options =
        TrainPipelineTest.options(TinyBenchmark.write(root, Map.of("a", "", "b", "")));
    options.setAccelerator("nvidia-tesla-t4");
    options.setWorkerMemory("52GB");
    assertThat(hints(options))
        .containsExactly("TrainAdapters/TrainJob/ParMultiDo(TrainJob)", HINTS);
  }

  @Test
  void setup_sweep_hintsEveryRoundAndTheTrainingAfterIt() throws Exception {
    TrainOptions options = TrainPipelineTest.options(TinyBenchmark.writeFewShot(root, "a", 0));
    options.setAccelerator("nvidia-tesla-t4");
    options.setWorkerMemory("52GB");
    Map<String, Map<String, String>> hints = hints(options);
    assertThat(hints).containsEntry("TrainSwept/TrainJob/ParMultiDo(TrainJob)", HINTS);
    assertThat(hints).hasSize(1 + DecaySearch.ROUNDS);
    hints.forEach(
        (step, given) -> {
          assertThat(step).endsWith("/TrainJob/ParMultiDo(TrainJob)");
          assertThat(given).isEqualTo(HINTS);
        });
  }

  @Test
  void setup_withoutHints_hasNone() throws Exception {
    assertThat(hints(TrainPipelineTest.options(TinyBenchmark.write(root, Map.of("a", "")))))
        .isEmpty();
  }

  private static Map<String, Map<String, String>> hints(TrainOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    TrainPipeline.setup(pipeline, TrainPlan.of(options), TrainSetup.from(options));
    return StepHints.of(pipeline);
  }
}
