package io.hydrabeam.model.metrics;

import java.util.Arrays;

/** Ranks from 1; equal numbers share the mean of theirs. */
final class MeanRanks {

  private MeanRanks() {}

  /** The ranks of numbers, in their order. */
  static double[] of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] ranks = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int first = bound(sorted, values[i], /* behind= */ false);
      int behind = bound(sorted, values[i], /* behind= */ true);
      ranks[i] = (first + 1 + behind) / 2.0;
    }
    return ranks;
  }

  /** The first place of a value among sorted ones, or the place behind its last. */
  private static int bound(double[] sorted, double value, boolean behind) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value || (behind && sorted[middle] == value)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
