package io.hydrabeam.runners;

import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessPipeline;
import io.hydrabeam.pipelines.preprocess.PreprocessPlan;
import org.apache.beam.sdk.options.PipelineOptions;

/** Images to TFRecords. */
final class PreprocessCommand implements Command {

  @Override
  public String name() {
    return "preprocess";
  }

  @Override
  public String summary() {
    return "benchmark images or sentences -> TFRecords";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return PreprocessOptions.class;
  }

  @Override
  public boolean isStage() {
    return true;
  }

  @Override
  public int run(PipelineOptions options, Terminal terminal) {
    PreprocessOptions own = options.as(PreprocessOptions.class);
    PreprocessPlan plan = PreprocessPlan.of(own);
    plan.lines().forEach(line -> terminal.err().println("  " + line));
    terminal.err().flush();
    return StageReport.print(PreprocessPipeline.run(plan, own), terminal.err());
  }
}
