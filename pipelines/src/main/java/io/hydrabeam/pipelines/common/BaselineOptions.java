package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** What an evaluation is compared with, and what follows from that. */
public interface BaselineOptions extends PipelineOptions {

  @Description(
      "Finished evaluation that the new one is compared with, a folder <scores>/<evaluationId>, local or"
          + " gs://.")
  @Nullable String getBaseline();

  void setBaseline(@Nullable String value);

  @Description(
      "Points that a task may lose, as in 0.5; where one loses more, and not by chance, the exit code is"
          + " 4. Not given: verdicts with a margin of 0.5, exit code 0.")
  @Nullable Double getFailOnRegression();

  void setFailOnRegression(@Nullable Double value);

  @Description(
      "Compares scores although their data, preprocessing, protocol, quirks or task version differ, true"
          + " or false.")
  @Default.Boolean(false)
  boolean isAnyway();

  void setAnyway(boolean value);
}
