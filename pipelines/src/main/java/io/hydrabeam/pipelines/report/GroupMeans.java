package io.hydrabeam.pipelines.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The benchmark's averaging: a mean for each group of tasks, and the mean <i>of the group
 * means</i>, which is what VTAB-1k's papers print as "Avg". Tasks without a group form one, so that
 * a benchmark without groups has the plain mean.
 */
final class GroupMeans {
  private GroupMeans() {}

  /**
   * The mean of each group, in order of first appearance.
   *
   * @param groups of the tasks, in the order of {@code scores}
   */
  static Map<String, Double> byGroup(List<String> groups, List<Double> scores) {
    if (groups.size() != scores.size()) {
      throw new IllegalArgumentException(
          "%d groups for %d scores".formatted(groups.size(), scores.size()));
    }
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      double[] sum = sums.computeIfAbsent(groups.get(i), group -> new double[2]);
      sum[0] += scores.get(i);
      sum[1]++;
    }
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((group, sum) -> means.put(group, sum[0] / sum[1]));
    return means;
  }

  /** The mean of the group means. */
  static double overall(Map<String, Double> byGroup) {
    return byGroup.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
