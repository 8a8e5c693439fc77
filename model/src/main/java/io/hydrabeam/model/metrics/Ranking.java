package io.hydrabeam.model.metrics;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A class's images in falling order of their scores; images of equal scores are one step.
 *
 * @param name of the class, for messages
 * @param positive images with the class, for each distinct score
 * @param negative images without it, for each distinct score
 */
@SuppressWarnings("ArrayRecordComponent") // made and used here alone
record Ranking(String name, long[] positive, long[] negative) {

  /** Recall levels of the interpolated precision. */
  private static final int LEVELS = 11;

  /**
   * Ranks.
   *
   * @param scores of the images, finite
   * @param has whether the image has the class
   */
  static Ranking of(String name, double[] scores, BitSet has) {
    // Sorting the two kinds apart needs no index for each image.
    double[] positives = sorted(scores, has, true);
    double[] negatives = sorted(scores, has, false);
    long[] positive = new long[scores.length];
    long[] negative = new long[scores.length];
    int steps = 0;
    int p = positives.length - 1;
    int n = negatives.length - 1;
    while (p >= 0 || n >= 0) {
      double score =
          Math.max(p >= 0 ? positives[p] : negatives[n], n >= 0 ? negatives[n] : positives[p]);
      for (; p >= 0 && positives[p] == score; p--) {
        positive[steps]++;
      }
      for (; n >= 0 && negatives[n] == score; n--) {
        negative[steps]++;
      }
      steps++;
    }
    return new Ranking(name, Arrays.copyOf(positive, steps), Arrays.copyOf(negative, steps));
  }

  private static double[] sorted(double[] scores, BitSet has, boolean kind) {
    double[] of = new double[kind ? has.cardinality() : scores.length - has.cardinality()];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (has.get(i) == kind) {
        of[count++] = scores[i];
      }
    }
    Arrays.sort(of);
    return of;
  }

  long positives() {
    return Arrays.stream(positive).sum();
  }

  /**
   * The 11-point interpolated average precision: the mean, over recall levels 1.0, 0.9 … 0, of the
   * largest precision at that recall or more.
   *
   * <p>The curve begins with precision 1 at recall 0, a point that no image has: so the last level
   * always counts 1, other than in VOC's own rule. The levels carry the rounding errors of the
   * original's array (0.3999999999999999 and so on), which decide where a recall is exactly a
   * level.
   */
  double averagePrecision() {
    long positives = positives();
    double[] best = new double[LEVELS];
    best[LEVELS - 1] = 1;
    long hits = 0;
    long taken = 0;
    for (int i = 0; i < positive.length; i++) {
      hits += positive[i];
      taken += positive[i] + negative[i];
      double recall = (double) hits / positives;
      double precision = (double) hits / taken;
      for (int level = LEVELS - 1; level >= 0 && recall >= recallLevel(level); level--) {
        best[level] = Math.max(best[level], precision);
      }
    }
    return Arrays.stream(best).sum() / LEVELS;
  }

  /** 1 for level 0, down to 0 for level 10. */
  static double recallLevel(int level) {
    return level == LEVELS - 1 ? 0 : 1 - level * 0.1;
  }

  /**
   * The probability that an image with the class has a larger score than one without; equal scores
   * count one half.
   *
   * @throws MetricException if all images have the class, or none has
   */
  double areaUnderRoc() {
    long positives = positives();
    long negatives = Arrays.stream(negative).sum();
    if (positives == 0 || negatives == 0) {
      throw new MetricException(
          "ROC AUC has no value: %s has %d images with it and %d without"
              .formatted(name, positives, negatives));
    }
    double pairs = 0;
    long below = negatives;
    for (int i = 0; i < positive.length; i++) {
      below -= negative[i];
      pairs += positive[i] * (below + negative[i] / 2.0);
    }
    return pairs / ((double) positives * negatives);
  }
}
