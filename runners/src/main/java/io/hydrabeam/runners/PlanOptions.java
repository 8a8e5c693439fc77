package io.hydrabeam.runners;

import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.train.TrainOptions;

/** Options of {@code plan}: those of the stages that it tells about. */
public interface PlanOptions extends PreprocessOptions, TrainOptions {}
