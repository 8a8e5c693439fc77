package io.hydrabeam.pipelines.fewshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a sample that hyper-parameters are chosen on, about a fifth of each class: the rule
 * of the ELEVATER toolkit. No chance is involved.
 *
 * <p>With one label per image: of each class the first fifth, rounded up. With several: while a
 * class lacks images of its fifth, the first image of the lowest such class is moved, and counts
 * for all of its labels.
 */
final class HoldoutSplit {
  private static final double SHARE = 0.2;

  private HoldoutSplit() {}

  /**
   * Indices of the images that are held out, in the order in which they are.
   *
   * @param labels of each image, in the sample's order
   * @param classes labels run from 0 to {@code classes - 1}
   */
  static int[] of(List<int[]> labels, int classes, boolean multilabel) {
    List<List<Integer>> members = members(labels, classes);
    int[] needed = new int[classes];
    Arrays.setAll(needed, label -> (int) Math.ceil(SHARE * members.get(label).size()));
    boolean[] held = new boolean[labels.size()];
    List<Integer> order = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      for (int image : members.get(label)) {
        if (needed[label] <= 0) {
          break;
        }
        if (held[image]) {
          continue;
        }
        held[image] = true;
        order.add(image);
        if (multilabel) {
          Arrays.stream(labels.get(image)).distinct().forEach(own -> needed[own]--);
        } else {
          needed[label]--;
        }
      }
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /** For each class its images, each once, in order. */
  private static List<List<Integer>> members(List<int[]> labels, int classes) {
    List<List<Integer>> members = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      members.add(new ArrayList<>());
    }
    for (int image = 0; image < labels.size(); image++) {
      for (int label : labels.get(image)) {
        List<Integer> own = members.get(label);
        if (own.isEmpty() || own.get(own.size() - 1) != image) {
          own.add(image);
        }
      }
    }
    return members;
  }
}
