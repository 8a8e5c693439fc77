package io.hydrabeam.model.train;

import io.hydrabeam.model.params.ParameterSeeds;
import io.hydrabeam.model.params.SplitMix64;

/** In which order an epoch goes through the images. */
final class EpochOrder {

  private EpochOrder() {}

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
