package io.hydrabeam.model.train;

/** Class scores of images with the weights as they stand. */
@FunctionalInterface
public interface BatchScorer {

  /**
   * Scores {@code count} images.
   *
   * @param pixels {@code [count, size, size, 3]} uint8 RGB, count of any size
   * @return logits {@code [count][classes]}, all finite
   * @throws TrainingFailedException if one is not
   */
  float[][] logits(byte[] pixels, int count) throws TrainingFailedException;
}
