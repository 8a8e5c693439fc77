package io.hydrabeam.pipelines.report;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.protos.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GroupMeansTest {

  /**
   * Rows of the published VTAB-1k table (Hydra, arXiv 2309.06922): 19 tasks in its column order and
   * its "Avg", then the mean of group means worked out apart. The table cuts off in places, and is
   * off by a unit of its last digit in one (LoRA).
   */
  private static final String PUBLISHED =
      """
      Full    68.9 87.7 64.3 97.2 86.9 87.4 38.8 79.7 95.7 84.2 73.9 56.3 58.6 41.7 65.5 57.5 46.7 25.7 29.1 68.9 68.97
      Linear  64.4 85.0 63.2 97.0 86.3 36.6 51.0 78.5 87.5 68.5 74.0 34.3 30.6 33.2 55.4 12.5 20.0 9.6 19.2 57.6 57.68
      LoRA    67.1 91.4 69.4 98.8 90.4 85.3 54.0 84.9 95.3 84.4 73.6 82.9 69.2 49.8 78.5 75.7 47.1 31.0 44.0 74.5 74.60
      VPT     78.8 90.8 65.8 98.0 88.3 78.1 49.6 81.8 96.1 83.4 68.4 68.5 60.0 46.5 72.8 73.6 47.9 32.9 37.8 72.0 71.97
      NOAH    69.6 92.7 70.2 99.1 90.4 86.1 53.7 84.4 95.4 83.9 75.8 82.8 68.9 49.9 81.7 81.8 48.3 32.8 44.2 75.5 75.48
      SSF     69.0 92.6 75.1 99.4 91.8 90.2 52.9 87.4 95.9 87.4 75.5 75.9 62.3 53.3 80.6 77.3 54.9 29.5 37.9 75.7 75.69
      FacT    70.6 90.6 70.8 99.1 90.7 88.6 54.1 84.8 96.2 84.5 75.7 82.6 68.2 49.8 80.7 80.8 47.4 33.2 43.0 75.6 75.55
      RepAd   72.4 91.6 71.0 99.2 91.4 90.7 55.1 85.3 95.9 84.6 75.9 82.3 68.0 50.4 79.9 80.4 49.2 38.6 41.0 76.1 76.09
      Hydra   72.7 91.3 72.0 99.2 91.4 90.7 55.5 85.8 96.0 86.1 75.9 83.2 68.2 50.9 82.3 80.3 50.8 34.5 43.1 76.5 76.48
      """;

  @TestFactory
  Stream<DynamicTest> overall_publishedRow_isItsAverage() {
    List<String> groups =
        Catalogs.load(Catalogs.VTAB1K).getTaskList().stream().map(Task::getGroup).toList();
    return PUBLISHED
        .lines()
        .map(line -> line.split(" +"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row[0],
                    () -> {
                      List<Double> scores = Arrays.stream(row, 1, 20).map(Double::valueOf).toList();
                      double mean = GroupMeans.overall(GroupMeans.byGroup(groups, scores));
                      assertThat(mean).isWithin(0.105).of(Double.parseDouble(row[20]));
                      assertThat(mean).isWithin(0.0051).of(Double.parseDouble(row[21]));
                    }));
  }

  @Test
  void overall_hydraRow_isNotTheMeanOfTasks() {
    List<String> groups =
        Catalogs.load(Catalogs.VTAB1K).getTaskList().stream().map(Task::getGroup).toList();
    String[] row = PUBLISHED.lines().toList().get(8).split(" +");
    List<Double> scores = Arrays.stream(row, 1, 20).map(Double::valueOf).toList();
    assertThat(GroupMeans.overall(GroupMeans.byGroup(groups, scores))).isWithin(0.005).of(76.48);
    assertThat(scores.stream().mapToDouble(d -> d).average().orElseThrow())
        .isWithin(0.005)
        .of(74.21);
  }

  @Test
  void byGroup_unequalGroups_weighsGroupsAlike() {
    Map<String, Double> means = GroupMeans.byGroup(List.of("n", "n", "s"), List.of(1.0, 3.0, 10.0));
    assertThat(means).containsExactly("n", 2.0, "s", 10.0).inOrder();
    assertThat(GroupMeans.overall(means)).isEqualTo(6.0);
  }

  @Test
  void overall_noGroups_isThePlainMean() {
    assertThat(GroupMeans.overall(GroupMeans.byGroup(List.of("", "", ""), List.of(1.0, 2.0, 6.0))))
        .isEqualTo(3.0);
  }

  @Test
  void byGroup_countsDiffer_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> GroupMeans.byGroup(List.of("n"), List.of()));
  }
}
