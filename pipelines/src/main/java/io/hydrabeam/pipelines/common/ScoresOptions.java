package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** Where scores lie; for the stages that write or read them. */
public interface ScoresOptions extends PipelineOptions {

  @Description("Folder of the evaluations, local or gs://; a folder per evaluation is below.")
  @Default.String("hydra-out/scores")
  String getScores();

  void setScores(String value);
}
