package io.hydrabeam.model.train;

import io.hydrabeam.model.params.ParameterSeeds;
import io.hydrabeam.model.params.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** In which order an epoch goes through the images. */
final class EpochOrder {

  private EpochOrder() {}

  /**
   * The order of an epoch's steps: shuffled, but so that steps of {@code batch} records take those
   * of one bucket as far as there are enough. Where all are in one bucket, this is the shuffle.
   */
  static int[] of(TrainingSet set, long seed, int epoch, int batch) {
    int[] shuffled = of(set.records(), seed, epoch);
    Map<Integer, List<Integer>> waiting = new TreeMap<>();
    int[] order = new int[shuffled.length];
    int placed = 0;
    for (int row : shuffled) {
      List<Integer> alike =
          waiting.computeIfAbsent(set.bucket(row), bucket -> new ArrayList<>(batch));
      alike.add(row);
      if (alike.size() == batch) {
        placed = place(alike, order, placed);
      }
    }
    for (List<Integer> alike : waiting.values()) {
      placed = place(alike, order, placed);
    }
    return order;
  }

  private static int place(List<Integer> rows, int[] order, int from) {
    int placed = from;
    for (int row : rows) {
      order[placed++] = row;
    }
    rows.clear();
    return placed;
  }

  /** A permutation of {@code 0..count-1} that depends on seed and epoch alone. */
  static int[] of(int count, long seed, int epoch) {
    SplitMix64 random = ParameterSeeds.random(seed, "order/epoch" + epoch);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
