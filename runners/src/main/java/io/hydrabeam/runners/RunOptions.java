package io.hydrabeam.runners;

import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.train.TrainOptions;

/** Options of {@code run}: those of its stages. */
public interface RunOptions extends PreprocessOptions, TrainOptions, EvaluateOptions {}
