package io.hydrabeam.pipelines.compare;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which row of one evaluation is compared with which of the other: those of the same settings and
 * run; then of the same settings; then of the same method and shots; and if each has only one row,
 * these, whatever they are.
 *
 * @param pairs in the baseline's order
 * @param unmatched labels of rows without a partner, with the evaluation that has them
 */
record RowPairs(List<Pair> pairs, List<String> unmatched) {

  /** Two rows. */
  record Pair(ScoreTable.Row baseline, ScoreTable.Row candidate) {

    /** The candidate's label; both where they differ. */
    String label() {
      return baseline.setting().method().equals(candidate.setting().method())
          ? candidate.label()
          : "%s against %s".formatted(candidate.label(), baseline.label());
    }
  }

  static RowPairs of(ScoreTable baseline, ScoreTable candidate) {
    List<ScoreTable.Row> before = new ArrayList<>(baseline.rows());
    List<ScoreTable.Row> after = new ArrayList<>(candidate.rows());
    List<Pair> pairs = new ArrayList<>();
    if (before.size() == 1 && after.size() == 1) {
      pairs.add(new Pair(before.remove(0), after.remove(0)));
    }
    List<Function<Setting, Object>> likeness =
        List.of(
            setting -> setting,
            setting -> new Setting("", setting.key(), setting.recipe()),
            setting -> List.of(setting.method(), setting.shots()));
    for (Function<Setting, Object> by : likeness) {
      Map<Object, List<ScoreTable.Row>> ofBaseline = group(before, by);
      Map<Object, List<ScoreTable.Row>> ofCandidate = group(after, by);
      ofBaseline.forEach(
          (like, rows) -> {
            List<ScoreTable.Row> partners = ofCandidate.getOrDefault(like, List.of());
            if (rows.size() == 1 && partners.size() == 1) {
              pairs.add(new Pair(rows.get(0), partners.get(0)));
              before.remove(rows.get(0));
              after.remove(partners.get(0));
            }
          });
    }
    pairs.sort((a, b) -> Integer.compare(index(baseline, a), index(baseline, b)));
    List<String> unmatched = new ArrayList<>();
    before.forEach(row -> unmatched.add("only the baseline has " + row.label()));
    after.forEach(row -> unmatched.add("only the candidate has " + row.label()));
    return new RowPairs(List.copyOf(pairs), List.copyOf(unmatched));
  }

  private static int index(ScoreTable table, Pair pair) {
    return table.rows().indexOf(pair.baseline());
  }

  private static Map<Object, List<ScoreTable.Row>> group(
      List<ScoreTable.Row> rows, Function<Setting, Object> by) {
    Map<Object, List<ScoreTable.Row>> groups = new LinkedHashMap<>();
    for (ScoreTable.Row row : rows) {
      groups.computeIfAbsent(by.apply(row.setting()), like -> new ArrayList<>()).add(row);
    }
    return groups;
  }
}
