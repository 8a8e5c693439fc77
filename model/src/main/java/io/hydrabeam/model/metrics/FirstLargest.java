package io.hydrabeam.model.metrics;

import java.util.function.IntPredicate;

/** The predicted class, as NumPy's argmax tells it. */
final class FirstLargest {
  private FirstLargest() {}

  /**
   * Index of the first largest score among some classes; a score that is not a number counts as the
   * largest.
   *
   * @param among classes that can be predicted
   * @return -1 where there are none
   */
  static int of(double[] scores, IntPredicate among) {
    int best = -1;
    for (int i = 0; i < scores.length; i++) {
      if (!among.test(i)) {
        continue;
      }
      if (Double.isNaN(scores[i])) {
        return i;
      }
      if (best < 0 || scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }
}
