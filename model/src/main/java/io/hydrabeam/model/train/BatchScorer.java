package io.hydrabeam.model.train;

import io.hydrabeam.model.Samples;

/** Class scores of samples with the weights as they stand. */
@FunctionalInterface
public interface BatchScorer {

  /**
   * Scores samples.
   *
   * @param samples any number
   * @return logits {@code [count][classes]}, all finite
   * @throws TrainingFailedException if one is not
   */
  float[][] logits(Samples samples) throws TrainingFailedException;
}
