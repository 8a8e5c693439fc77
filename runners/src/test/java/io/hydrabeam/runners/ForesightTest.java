package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.Estimate;
import io.hydrabeam.protos.StageTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run was said to take is beside it, with what it took. */
final class ForesightTest {
  private static final StageResult DONE = new StageResult("s", 1, 0, 0, List.of(), List.of());

  @TempDir private Path folder;

  @Test
  void train_afterPreprocess_storesWhatBothWereSaidToTakeAndTook() throws Exception {
    TrainPlan plan = WorkSamples.plan(folder.toString());
    Foresight foresight =
        Foresight.of(WorkSamples.planned(plan, 2), 1200, options(DirectRunner.class));
    assertThat(foresight.line()).matches("About \\d+ (s|min) on \\d+ CPU cores, .*\\. ");
    assertThat(foresight.preprocess(() -> DONE)).isSameInstanceAs(DONE);
    assertThat(
            foresight.train(
                plan,
                () -> {
                  assertThat(stages()).hasSize(3);
                  assertThat(stages().get(1).hasSeconds()).isFalse();
                  return DONE;
                }))
        .isSameInstanceAs(DONE);
    assertThat(stages().stream().map(StageTime::getStage))
        .containsExactly("preprocess", "train", "evaluate")
        .inOrder();
    assertThat(stages().stream().map(StageTime::hasSeconds))
        .containsExactly(true, true, false)
        .inOrder();
    stages().forEach(stage -> assertThat(stage.getEstimatedSeconds()).isGreaterThan(0));
  }

  @Test
  void train_nothingLeftToTrain_leavesWhatThereWas() throws Exception {
    TrainPlan plan = WorkSamples.plan(folder.toString());
    Foresight foresight =
        Foresight.of(WorkSamples.planned(plan, 0), 0, options(DirectRunner.class));
    assertThat(foresight.line()).isEmpty();
    assertThat(foresight.train(plan, () -> DONE)).isSameInstanceAs(DONE);
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void train_onACluster_saysNothingOfItsSpeed() throws Exception {
    TrainPlan plan = WorkSamples.plan(folder.toString());
    Foresight foresight = Foresight.of(WorkSamples.planned(plan, 2), 0, options(Elsewhere.class));
    assertThat(foresight.line()).isEmpty();
    assertThat(foresight.train(plan, () -> DONE)).isSameInstanceAs(DONE);
    assertThat(folder.toFile().list()).isEmpty();
  }

  private List<StageTime> stages() {
    Estimate.Builder estimate = Estimate.newBuilder();
    try {
      JsonFormat.parser()
          .merge(Files.readString(folder.resolve("r").resolve("estimate.json")), estimate);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return estimate.getStageList();
  }

  private static TrainOptions options(Class<? extends PipelineRunner<?>> runner) {
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setRunner(runner);
    return options;
  }

  private abstract static class Elsewhere
      extends PipelineRunner<org.apache.beam.sdk.PipelineResult> {}
}
