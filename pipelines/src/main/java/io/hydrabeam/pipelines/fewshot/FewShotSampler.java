package io.hydrabeam.pipelines.fewshot;

import java.util.Arrays;
import java.util.List;

/**
 * Chooses images so that every class has about {@code shots}: the rule of vision-datasets 0.2.17,
 * which the ELEVATER toolkit pins.
 *
 * <p>The images are shuffled and looked at one after the other. One without labels is taken while
 * fewer than {@code shots} such were. One whose labels all have {@code shots} images is left. Any
 * other is taken if its rarest label has at most half of {@code shots}, or its commonest at most
 * one and a half times as many. The search ends when every class has {@code shots}. With one label
 * per image that gives the first {@code shots} of each class; otherwise common classes exceed the
 * number and rare ones may fall short.
 */
final class FewShotSampler {
  private final int classes;
  private final int shots;

  /**
   * @param classes labels run from 0 to {@code classes - 1}
   * @param shots at least 1
   */
  FewShotSampler(int classes, int shots) {
    if (shots < 1) {
      throw new IllegalArgumentException("shots (%d) must be positive".formatted(shots));
    }
    this.classes = classes;
    this.shots = shots;
  }

  /**
   * Indices of the chosen images, in the order in which they were met.
   *
   * @param labels of each image, in file order; a label listed twice counts twice
   */
  int[] sample(List<int[]> labels, long seed) {
    int[] order = new int[labels.size()];
    Arrays.setAll(order, i -> i);
    new PythonRandom(seed).shuffle(order);
    long[] taken = new long[classes];
    int unlabelled = 0;
    int[] chosen = new int[order.length];
    int count = 0;
    for (int image : order) {
      int[] own = labels.get(image);
      if (own.length == 0) {
        if (unlabelled < shots) {
          chosen[count++] = image;
          unlabelled++;
        }
        continue; // As in the original, no test here whether all classes are full.
      }
      if (isWanted(own, taken)) {
        chosen[count++] = image;
        for (int label : own) {
          taken[label]++;
        }
        if (isFull(taken)) {
          break;
        }
      }
    }
    return Arrays.copyOf(chosen, count);
  }

  private boolean isWanted(int[] own, long[] taken) {
    long fewest = Long.MAX_VALUE;
    long most = 0;
    for (int label : own) {
      fewest = Math.min(fewest, taken[label]);
      most = Math.max(most, taken[label]);
    }
    return fewest < shots && (2 * fewest <= shots || 2 * most <= 3L * shots);
  }

  private boolean isFull(long[] taken) {
    for (long count : taken) {
      if (count < shots) {
        return false;
      }
    }
    return true;
  }
}
