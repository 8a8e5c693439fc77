package io.hydrabeam.runners;

import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.train.TrainOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code plan}: those of the stages that it tells about. */
public interface PlanOptions extends PreprocessOptions, TrainOptions {

  @Description(
      "File of benchmark --csv on the machine that will do the work: times follow from what was"
          + " measured there, and nothing is measured here.")
  @Nullable String getSpeed();

  void setSpeed(@Nullable String value);

  @Description(
      "Whether this machine is measured for some seconds, true or false; else times follow from what"
          + " another one reached.")
  @Default.Boolean(true)
  boolean isCalibrate();

  void setCalibrate(boolean value);

  @Description(
      "Points that compare is to find a task's loss of, as in 0.5: tells how many seeds and hours that"
          + " takes.")
  @Nullable Double getDetect();

  void setDetect(@Nullable Double value);

  @Description(
      "Finished evaluation, a folder, whose seeds tell how far scores scatter, for --detect; without it 0.7"
          + " points are assumed.")
  @Nullable String getSpreadOf();

  void setSpreadOf(@Nullable String value);
}
