package io.hydrabeam.model.train;

import java.io.IOException;

/** Scores the model during training on images that are not trained on. */
@FunctionalInterface
public interface Evaluation {

  /** Number of images, if it is known to be small; smaller batches are scored then. */
  default long images() {
    return Long.MAX_VALUE;
  }

  /**
   * Scores.
   *
   * @return larger is better; of equal scores the earliest epoch is kept
   */
  double score(BatchScorer scorer) throws IOException, TrainingFailedException;
}
