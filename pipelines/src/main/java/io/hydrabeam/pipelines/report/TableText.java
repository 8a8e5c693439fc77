package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.report.ScoreTable.Cell;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A {@link ScoreTable} as lines of text: in per cent, mean ± standard deviation over seeds, tasks
 * in the catalog's order, protocol, quirks, shots and tuning on every row.
 */
public final class TableText {
  /** What a task without a score shows. */
  private static final String MISSING = "missing";

  private static final String FAILED = "failed";
  private static final String NO_MEAN = "–";

  /** A table without groups that is wider than this has its tasks as rows. */
  private static final int TALL_ABOVE = 120;

  private final ScoreTable table;

  private TableText(ScoreTable table) {
    this.table = table;
  }

  /**
   * For a terminal. A table wider than the terminal is broken into one block for each group and one
   * for the means; without groups, a wide one has its tasks as rows.
   *
   * @param columns of the terminal
   */
  public static List<String> terminal(ScoreTable table, int columns) {
    TableText text = new TableText(table);
    List<String> lines = TextGrid.aligned(text.grid(text.allTasks(), true));
    if (text.isTall()) {
      lines = text.tall(TextGrid::aligned, Math.min(columns, TALL_ABOVE));
    } else if (width(lines) > columns && !table.columns().isEmpty()) {
      lines = text.blocks(columns);
    }
    List<String> all = new ArrayList<>(lines);
    all.addAll(text.footnotes());
    return all;
  }

  /** As a Markdown table with its notes. */
  public static List<String> markdown(ScoreTable table) {
    TableText text = new TableText(table);
    List<String> lines =
        new ArrayList<>(
            text.isTall()
                ? text.tall(TextGrid::markdown, TALL_ABOVE)
                : TextGrid.markdown(text.grid(text.allTasks(), true)));
    lines.add("");
    text.footnotes().forEach(note -> lines.add("* " + note));
    return lines;
  }

  /** What a reader of the table must know, a line each. */
  public static List<String> notes(ScoreTable table) {
    return new TableText(table).footnotes();
  }

  private static int width(List<String> lines) {
    return lines.stream().mapToInt(String::length).max().orElse(0);
  }

  private boolean isTall() {
    return !table.hasGroups() && width(TextGrid.aligned(grid(allTasks(), true))) > TALL_ABOVE;
  }

  /**
   * The settings, numbered, with their means; then the tasks as rows and the settings as columns,
   * in as many parts as the width asks for.
   */
  private List<String> tall(Function<List<List<String>>, List<String>> format, int columns) {
    List<List<String>> settings = new ArrayList<>();
    for (List<String> line : grid(List.of(), true)) {
      List<String> numbered = new ArrayList<>(line);
      numbered.add(0, settings.isEmpty() ? "row" : number(settings.size() - 1));
      settings.add(numbered);
    }
    List<String> lines = new ArrayList<>(format.apply(settings));
    for (int from = 0; from < table.rows().size(); ) {
      int to = table.rows().size();
      while (to > from + 1 && width(TextGrid.aligned(byTask(from, to))) > columns) {
        to--;
      }
      lines.add("");
      lines.addAll(format.apply(byTask(from, to)));
      from = to;
    }
    return lines;
  }

  /** Tasks as rows, the table's rows {@code from} to {@code to} as columns. */
  private List<List<String>> byTask(int from, int to) {
    List<List<String>> grid = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("task", "metric"));
    for (int r = from; r < to; r++) {
      header.add(number(r));
    }
    grid.add(header);
    for (int i : allTasks()) {
      Task task = table.columns().get(i);
      List<String> line = new ArrayList<>(List.of(name(task), MetricText.name(task.getMetric())));
      for (Row row : table.rows().subList(from, to)) {
        line.add(cell(row.cells().get(i), row.seeds().size()));
      }
      grid.add(line);
    }
    return grid;
  }

  private static String number(int row) {
    return "(%d)".formatted(row + 1);
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
    List<String> header = new ArrayList<>(List.of("method", "protocol"));
    if (hasQuirks()) {
      header.add("quirks");
    }
    if (hasShots()) {
      header.add("shots");
    }
    header.addAll(List.of("tuned on", "params (M)", "seeds"));
    tasks.forEach(i -> header.add(name(table.columns().get(i))));
    if (means) {
      if (table.hasGroups()) {
        table.groups().forEach(group -> header.add(groupName(group)));
      }
      header.add("Mean");
      if (!table.hasGroups()) {
        header.add("PE");
      }
    }
    grid.add(header);
    table.rows().forEach(row -> grid.add(line(row, tasks, means)));
    return grid;
  }

  private List<String> line(Row row, List<Integer> tasks, boolean means) {
    List<String> line = new ArrayList<>(List.of(row.label(), row.setting().protocol()));
    if (hasQuirks()) {
      line.add(row.setting().quirks());
    }
    if (hasShots()) {
      line.add(row.setting().shots());
    }
    line.add(row.setting().tuning());
    line.add(String.format(Locale.ROOT, "%.3g", row.trainableParameters() / 1e6));
    line.add(String.valueOf(row.seeds().size()));
    tasks.forEach(i -> line.add(cell(row.cells().get(i), row.seeds().size())));
    if (means) {
      if (table.hasGroups()) {
        row.groupMeans().forEach(mean -> line.add(percent(mean)));
      }
      line.add(percent(row.mean()));
      if (!table.hasGroups()) {
        line.add(
            row.efficiency().isPresent()
                ? String.format(Locale.ROOT, "%.3f", row.efficiency().getAsDouble())
                : NO_MEAN);
      }
    }
    return line;
  }

  private boolean hasQuirks() {
    return table.rows().stream().anyMatch(row -> row.setting().key().getQuirkCount() > 0);
  }

  private boolean hasShots() {
    return table.rows().stream().anyMatch(row -> row.setting().key().getShots() != 0);
  }

  private List<String> footnotes() {
    List<String> notes = new ArrayList<>();
    String average =
        table.hasGroups() ? "the mean of the group means" : "the plain mean of the tasks";
    notes.add(
        MetricText.ofAll(table.columns())
            + " on the test split, per cent; mean ± standard deviation (n − 1) over seeds;"
            + " Mean is "
            + average);
    if (!MetricText.allAccuracy(table.columns()) && !isTall()) {
      notes.addAll(MetricText.tasksByMetric(table.columns()));
    }
    List<String> multilabel =
        table.columns().stream().filter(Task::getMultilabel).map(TableText::name).toList();
    if (!multilabel.isEmpty()) {
      notes.add(
          "multilabel scores are softmax over the classes, as the original's: "
              + String.join(", ", multilabel));
    }
    if (!table.hasGroups()) {
      notes.add("PE is Mean · exp(−log10(params / 10⁸ + 1)), with Mean in [0, 1]");
    }
    if (!table.coversBenchmark()) {
      notes.add(
          "means are over %d of the benchmark's %d tasks"
              .formatted(table.columns().size(), table.tasksOfBenchmark()));
    }
    if (table.rows().stream().anyMatch(row -> row.setting().protocol().equals("paper"))) {
      notes.add("protocol paper: the epoch was chosen by its test score, as the original does");
    }
    if (hasQuirks()) {
      notes.add(
          "quirks are mistakes of the original that were switched on, seed all of them; only"
              + " protocol paper with quirks seed is the procedure of published rows");
    }
    for (Row row : table.rows()) {
      row.notes().forEach(note -> notes.add(row.label() + ": " + note));
    }
    return notes;
  }

  /** A benchmark's heading: as it is written, or its name where nothing else is known. */
  public static String benchmark(String name) {
    return switch (name) {
      case Catalogs.VTAB1K -> "VTAB-1k";
      case Catalogs.GLUE -> "GLUE";
      case Catalogs.ELEVATER -> "ELEVATER";
      default -> name;
    };
  }

  /** A task's heading: its display name, or its name where it has none. */
  public static String name(Task task) {
    return task.getDisplayName().isEmpty() ? task.getName() : task.getDisplayName();
  }

  /** A group's heading. */
  public static String groupName(String group) {
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
