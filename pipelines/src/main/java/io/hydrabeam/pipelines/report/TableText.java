package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.report.ScoreTable.Cell;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A {@link ScoreTable} as lines of text: in per cent, mean ± standard deviation over seeds, tasks
 * in the catalog's order, protocol and tuning on every row.
 */
public final class TableText {
  /** What a task without a score shows. */
  private static final String MISSING = "missing";

  private static final String FAILED = "failed";
  private static final String NO_MEAN = "–";
  private static final List<String> SETTING_HEADER =
      List.of("method", "protocol", "tuned on", "params (M)", "seeds");

  private final ScoreTable table;

  private TableText(ScoreTable table) {
    this.table = table;
  }

  /**
   * For a terminal. A table wider than the terminal is broken into one block for each group and one
   * for the means.
   *
   * @param columns of the terminal
   */
  public static List<String> terminal(ScoreTable table, int columns) {
    TableText text = new TableText(table);
    List<String> lines = TextGrid.aligned(text.grid(text.allTasks(), true));
    if (lines.stream().mapToInt(String::length).max().orElse(0) > columns
        && !table.columns().isEmpty()) {
      lines = text.blocks(columns);
    }
    List<String> all = new ArrayList<>(lines);
    all.addAll(text.footnotes());
    return all;
  }

  /** As a Markdown table with its notes. */
  public static List<String> markdown(ScoreTable table) {
    TableText text = new TableText(table);
    List<String> lines = new ArrayList<>(TextGrid.markdown(text.grid(text.allTasks(), true)));
    lines.add("");
    text.footnotes().forEach(note -> lines.add("* " + note));
    return lines;
  }

  private List<String> blocks(int columns) {
    List<String> lines = new ArrayList<>();
    for (String group : table.groups()) {
      List<Integer> rest =
          allTasks().stream().filter(i -> table.columns().get(i).getGroup().equals(group)).toList();
      while (!rest.isEmpty()) {
        int fitting = fitting(rest, columns);
        lines.addAll(TextGrid.aligned(grid(rest.subList(0, fitting), false)));
        lines.add("");
        rest = rest.subList(fitting, rest.size());
      }
    }
    lines.addAll(TextGrid.aligned(grid(List.of(), true)));
    return lines;
  }

  /** How many of the tasks fit into the width, at least one. */
  private int fitting(List<Integer> tasks, int columns) {
    int fitting = tasks.size();
    while (fitting > 1
        && TextGrid.aligned(grid(tasks.subList(0, fitting), false)).get(0).length() > columns) {
      fitting--;
    }
    return fitting;
  }

  private List<Integer> allTasks() {
    List<Integer> tasks = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      tasks.add(i);
    }
    return tasks;
  }

  private List<List<String>> grid(List<Integer> tasks, boolean means) {
    List<List<String>> grid = new ArrayList<>();
    List<String> header = new ArrayList<>(SETTING_HEADER);
    tasks.forEach(i -> header.add(name(table.columns().get(i))));
    if (means) {
      if (hasGroups()) {
        table.groups().forEach(group -> header.add(groupName(group)));
      }
      header.add("Mean");
    }
    grid.add(header);
    for (Row row : table.rows()) {
      List<String> line = new ArrayList<>();
      line.add(row.label());
      line.add(row.setting().protocol());
      line.add(row.setting().tuning());
      line.add(String.format(Locale.ROOT, "%.3g", row.trainableParameters() / 1e6));
      line.add(String.valueOf(row.seeds().size()));
      tasks.forEach(i -> line.add(cell(row.cells().get(i), row.seeds().size())));
      if (means) {
        if (hasGroups()) {
          row.groupMeans().forEach(mean -> line.add(percent(mean)));
        }
        line.add(percent(row.mean()));
      }
      grid.add(line);
    }
    return grid;
  }

  private List<String> footnotes() {
    List<String> notes = new ArrayList<>();
    String average = hasGroups() ? "the mean of the group means" : "the plain mean of the tasks";
    notes.add(
        "top-1 accuracy on the test split, per cent; mean ± standard deviation (n − 1) over seeds;"
            + " Mean is "
            + average);
    if (!table.coversBenchmark()) {
      notes.add(
          "means are over the %d tasks shown, of the benchmark's %d"
              .formatted(table.columns().size(), table.tasksOfBenchmark()));
    }
    if (table.rows().stream().anyMatch(row -> row.setting().protocol().equals("paper"))) {
      notes.add("protocol paper: the epoch was chosen by its test score, as the original does");
    }
    for (Row row : table.rows()) {
      row.notes().forEach(note -> notes.add(row.label() + ": " + note));
    }
    return notes;
  }

  private boolean hasGroups() {
    return table.groups().size() > 1 || !table.groups().equals(List.of(""));
  }

  private static String name(Task task) {
    return task.getDisplayName().isEmpty() ? task.getName() : task.getDisplayName();
  }

  static String groupName(String group) {
    return group.isEmpty()
        ? "(no group)"
        : group.substring(0, 1).toUpperCase(Locale.ROOT) + group.substring(1);
  }

  private static String cell(Cell cell, int seeds) {
    return switch (cell.status()) {
      case SCORED -> percent(cell.spread());
      case PARTIAL ->
          "%s (%d of %d)"
              .formatted(percent(cell.spread()), cell.spread().map(Spread::count).orElse(0), seeds);
      case FAILED -> FAILED;
      case MISSING -> MISSING;
    };
  }

  private static String percent(Optional<Spread> spread) {
    if (spread.isEmpty()) {
      return NO_MEAN;
    }
    Spread of = spread.get();
    String mean = String.format(Locale.ROOT, "%.1f", 100 * of.mean());
    return of.deviation().isEmpty()
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.1f", 100 * of.deviation().getAsDouble());
  }
}
