package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.common.StepHints;
import io.hydrabeam.pipelines.train.TinyBenchmark;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateHintsTest {

  @TempDir Path root;

  /** With hints in both stages, which the DirectRunner must not mind. */
  @Test
  void setup_withHints_givesThemToStepsThatNeedTheDevice() throws Exception {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions train = PipelineOptionsFactory.as(TrainOptions.class);
    train.setCatalog(benchmark.catalog());
    train.setExamples(benchmark.examples());
    train.setRuns(benchmark.runs());
    train.setRandomBackbone("tiny");
    train.setDevice(Device.CPU);
    train.setAccelerator("nvidia-l4");
    StageResult trained = TrainPipeline.run(train);
    assertThat(trained.exitCode()).isEqualTo(0);

    EvaluateOptions options = train.as(EvaluateOptions.class);
    options.setScores(benchmark.scores());
    EvaluationPlan plan = EvaluationPlan.of(options);
    Pipeline pipeline = Pipeline.create(options);
    EvaluatePipeline.setup(pipeline, plan, EvaluateSetup.from(options, plan.folder()), Map.of());
    Map<String, String> hint =
        Map.of("accelerator", "type:nvidia-l4;count:1;install-nvidia-driver");
    assertThat(StepHints.of(pipeline))
        .containsExactly(
            "CarryOver", hint,
            "PredictShard/ParMultiDo(PredictShard)", hint,
            "MeasureAdapter/ParMultiDo(MeasureAdapter)", hint,
            "CommitScores/Commit/ParMultiDo(Commit)", hint);
    assertThat(EvaluatePipeline.run(options).exitCode()).isEqualTo(0);
  }
}
