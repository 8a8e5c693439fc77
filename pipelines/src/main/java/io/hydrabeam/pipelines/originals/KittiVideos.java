package io.hydrabeam.pipelines.originals;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of KITTI's drives belong to which split, as TensorFlow Datasets draws them: a tenth for
 * testing, then a tenth for validation, at least one each.
 *
 * @param test drives, in the order in which they were drawn
 * @param validation as above
 */
record KittiVideos(List<String> test, List<String> validation) {
  private static final int SEED = 123;
  private static final int PER_CENT = 10;

  /** Of all drives, each named any number of times. */
  static KittiVideos of(Collection<String> drives) {
    Set<String> all = new TreeSet<>(drives);
    int each = Math.max(1, PER_CENT * all.size() / 100);
    NumpyRandom random = new NumpyRandom(SEED);
    List<String> test = random.choice(new ArrayList<>(all), each);
    List<String> others = new ArrayList<>(all);
    others.removeAll(test);
    return new KittiVideos(test, random.choice(others, each));
  }

  /** The split of a drive. */
  String split(String drive) {
    if (test.contains(drive)) {
      return "test";
    }
    return validation.contains(drive) ? "validation" : "train";
  }
}
