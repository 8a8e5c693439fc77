package io.hydrabeam.pipelines.originals;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * What numpy's legacy {@code RandomState} draws. It is seeded as its {@code seed(int)} does; {@code
 * choice} without replacement is the front of a permutation, which is a Fisher-Yates shuffle from
 * the last place down, whose places are drawn by masked rejection.
 */
final class NumpyRandom {
  private final MersenneTwister twister;

  /**
   * With a seed.
   *
   * @param seed in 0..2^31 - 1
   */
  NumpyRandom(int seed) {
    if (seed < 0) {
      throw new IllegalArgumentException("seed %d is negative".formatted(seed));
    }
    this.twister = new MersenneTwister(seed);
  }

  /** Some of these, each at most once, as {@code choice(from, size, replace=False)}. */
  <T> List<T> choice(List<T> from, int size) {
    return permutation(from.size()).subList(0, size).stream().map(from::get).toList();
  }

  /** The numbers from 0 to n - 1, shuffled. */
  List<Integer> permutation(int n) {
    List<Integer> values = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      values.add(i);
    }
    for (int i = n - 1; i > 0; i--) {
      int j = interval(i);
      values.set(j, values.set(i, values.get(j)));
    }
    return values;
  }

  /** A number from 0 to {@code max}, both included; at least 1. */
  private int interval(int max) {
    int mask = (Integer.highestOneBit(max) << 1) - 1;
    int value = twister.nextInt() & mask;
    while (Integer.compareUnsigned(value, max) > 0) {
      value = twister.nextInt() & mask;
    }
    return value;
  }
}
