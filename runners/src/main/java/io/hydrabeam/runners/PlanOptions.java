package io.hydrabeam.runners;

import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.train.TrainOptions;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code plan}: those of the stages that it tells about. */
public interface PlanOptions extends PreprocessOptions, TrainOptions {

  @Description(
      "File of benchmark --csv on the machine that will do the work: times follow from what was"
          + " measured there, not from a rate that another machine reached.")
  @Nullable String getSpeed();

  void setSpeed(@Nullable String value);
}
