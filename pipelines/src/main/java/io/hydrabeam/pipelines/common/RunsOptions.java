package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Where trained adapters lie; for the stages that write or read them. */
public interface RunsOptions extends PipelineOptions {

  @Description(
      "Folder of the training runs, local or gs://; a folder per run, task and job is below.")
  @Default.String("hydra-out/runs")
  String getRuns();

  void setRuns(String value);

  @Description("Name of the run, a folder below --runs; by default derived from the inputs.")
  @Nullable String getRun();

  void setRun(@Nullable String value);
}
