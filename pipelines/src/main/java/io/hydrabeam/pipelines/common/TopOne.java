package io.hydrabeam.pipelines.common;

import java.io.IOException;

/** The predicted class: the first of the largest scores. */
public final class TopOne {
  private TopOne() {}

  /**
   * Index of the first largest score.
   *
   * @param scores of the classes, at least one
   * @throws IOException if a score is not a finite number: there is no prediction then
   */
  public static int of(float[] scores) throws IOException {
    int best = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new IOException("the model's score of class %d is %s".formatted(i, scores[i]));
      }
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }
}
