package io.hydrabeam.runners;

import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.pipelines.train.TrainPlan;
import org.apache.beam.sdk.options.PipelineOptions;

/** TFRecords to adapters. */
final class TrainCommand implements Command {

  @Override
  public String name() {
    return "train";
  }

  @Override
  public String summary() {
    return "TFRecords and a backbone -> adapter checkpoints";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return TrainOptions.class;
  }

  @Override
  public boolean isStage() {
    return true;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws InterruptedException {
    TrainOptions options = given.as(TrainOptions.class);
    TrainPlan plan = TrainPlan.of(options);
    plan.lines().forEach(line -> terminal.err().println("  " + line));
    Foresight foresight = Foresight.of(PlannedWork.of(plan, options), 0, options);
    return StageReport.print(
        foresight.train(plan, () -> TrainPipeline.run(plan, options)), terminal.err());
  }
}
