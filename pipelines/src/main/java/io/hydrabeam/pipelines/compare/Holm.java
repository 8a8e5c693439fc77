package io.hydrabeam.pipelines.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Holm's step-down correction: of all hypotheses together one is wrongly rejected with no more than
 * the stated probability, however they depend on each other.
 *
 * @see <a href="https://www.jstor.org/stable/4615733">Holm 1979, A simple sequentially rejective
 *     multiple test procedure</a>
 */
final class Holm {
  private Holm() {}

  /**
   * Adjusted p values, in the same order: a hypothesis is rejected at a level for all of them where
   * its adjusted value is at most that level.
   */
  static List<Double> adjust(List<Double> values) {
    List<Integer> ascending = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ascending.add(i);
    }
    ascending.sort(Comparator.comparing(values::get));
    Double[] adjusted = new Double[values.size()];
    double largest = 0;
    for (int rank = 0; rank < ascending.size(); rank++) {
      int index = ascending.get(rank);
      largest = Math.max(largest, (values.size() - rank) * values.get(index));
      adjusted[index] = Math.min(1, largest);
    }
    return Arrays.asList(adjusted);
  }
}
