package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.evaluate.EvaluatePipeline;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** Adapters to scores. */
final class EvaluateCommand implements Command {

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String summary() {
    return "adapters and test data -> predictions and scores";
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
  public int run(PipelineOptions given, Terminal terminal) {
    EvaluateOptions options = given.as(EvaluateOptions.class);
    Optional<BaselineCheck> check = BaselineCheck.of(options, Catalogs.chosen(options));
    StageResult result = EvaluatePipeline.run(options);
    int scored = StageReport.printTable(result, terminal);
    return check
        .map(baseline -> baseline.exitCode(scored, result.folder(), terminal))
        .orElse(scored);
  }
}
