package io.hydrabeam.runners.launch;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.runners.RunOptions;
import java.nio.file.Path;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

final class WorkerPathTest {

  @Test
  void of_everyStage_namesWhatWorkersReadAndWrite() {
    RunOptions options = PipelineOptionsFactory.as(RunOptions.class);
    options.setBackbone("b");
    options.setVocabulary("v");
    options.setInput("i");
    options.setRegistry("r");
    assertThat(WorkerPath.of(options, RunOptions.class).stream().map(WorkerPath::option))
        .containsExactly(
            "examples", "runs", "scores", "backbone", "vocabulary", "input", "registry");
    assertThat(
            WorkerPath.of(options, RunOptions.class).stream()
                .filter(WorkerPath::isOutput)
                .map(WorkerPath::option))
        .containsExactly("examples", "runs", "scores");
  }

  @Test
  void makeAbsolute_relativeFolders_theSampleStays() {
    TrainOptions options = PipelineOptionsFactory.as(TrainOptions.class);
    options.setExamples("some/../examples");
    options.setRuns("/runs");
    WorkerPath.of(options, TrainOptions.class).forEach(WorkerPath::makeAbsolute);
    assertThat(options.getExamples()).isEqualTo(Path.of("examples").toAbsolutePath().toString());
    assertThat(options.getRuns()).isEqualTo("/runs");
    assertThat(options.getBackbone()).isEqualTo("sample");
  }
}
