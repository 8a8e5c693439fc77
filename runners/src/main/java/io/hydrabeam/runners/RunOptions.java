package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.ScoresOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.train.TrainOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** Options of {@code run}: those of its stages. */
public interface RunOptions extends PreprocessOptions, TrainOptions, ScoresOptions {

  @Description("Images that are classified at once.")
  @Default.Integer(32)
  int getEvalBatch();

  void setEvalBatch(int value);
}
