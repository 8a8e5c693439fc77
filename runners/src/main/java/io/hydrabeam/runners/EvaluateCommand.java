package io.hydrabeam.runners;

import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.evaluate.EvaluatePipeline;
import org.apache.beam.sdk.options.PipelineOptions;

/** Adapters to scores. */
final class EvaluateCommand implements Command {

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String summary() {
    return "adapters and test images -> predictions and scores";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return EvaluateOptions.class;
  }

  @Override
  public boolean isStage() {
    return true;
  }

  @Override
  public int run(PipelineOptions options, Terminal terminal) {
    return StageReport.printTable(
        EvaluatePipeline.run(options.as(EvaluateOptions.class)), terminal);
  }
}
