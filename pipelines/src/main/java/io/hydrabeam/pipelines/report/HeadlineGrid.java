package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.report.PublishedTable.Row;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The headline table in plain cells: our rows, the published ones, and the differences of our Hydra
 * rows to the published Hydra row. Scores are in per cent with one digit, empty where there is
 * none. {@code report.csv} is this grid.
 */
public final class HeadlineGrid {
  private static final String OURS = "ours";
  private static final String PUBLISHED = "published";
  private static final String DIFFERENCE = "ours - published Hydra";

  private final ScoreTable table;
  private final Optional<PublishedTable> published;

  private HeadlineGrid(ScoreTable table, Optional<PublishedTable> published) {
    this.table = table;
    this.published = published;
  }

  /** The CSV file's text; lines end with a line feed. */
  public static String csv(ScoreTable table, Optional<PublishedTable> published) {
    HeadlineGrid grid = new HeadlineGrid(table, published);
    List<List<String>> lines = new ArrayList<>(List.of(grid.header()));
    lines.addAll(grid.ours());
    lines.addAll(grid.others());
    return lines.stream()
        .map(line -> line.stream().map(ScoresCsv::quote).collect(Collectors.joining(",")) + "\n")
        .collect(Collectors.joining());
  }

  /** Published rows and differences as a Markdown table; empty where nothing was published. */
  static List<String> markdown(ScoreTable table, Optional<PublishedTable> published) {
    HeadlineGrid grid = new HeadlineGrid(table, published);
    List<List<String>> lines = grid.others();
    if (lines.isEmpty()) {
      return List.of();
    }
    lines.add(0, grid.header());
    return TextGrid.markdown(lines);
  }

  private List<String> header() {
    List<String> header = new ArrayList<>(List.of("rows", "method", "params (M)"));
    table.columns().forEach(task -> header.add(TableText.name(task)));
    if (table.hasGroups()) {
      table.groups().forEach(group -> header.add(TableText.groupName(group)));
    }
    header.add("Mean");
    return header;
  }

  private List<List<String>> ours() {
    List<List<String>> lines = new ArrayList<>();
    for (ScoreTable.Row row : table.rows()) {
      String parameters = String.format(Locale.ROOT, "%.3g", row.trainableParameters() / 1e6);
      List<String> line = new ArrayList<>(List.of(OURS, row.label(), parameters));
      row.cells().forEach(cell -> line.add(number(percent(cell.spread()))));
      if (table.hasGroups()) {
        row.groupMeans().forEach(mean -> line.add(number(percent(mean))));
      }
      line.add(number(percent(row.mean())));
      lines.add(line);
    }
    return lines;
  }

  private List<List<String>> others() {
    List<List<String>> lines = new ArrayList<>();
    if (published.isEmpty()) {
      return lines;
    }
    for (Row row : published.get().rows()) {
      List<String> line =
          new ArrayList<>(List.of(PUBLISHED, row.method(), String.valueOf(row.parameters())));
      values(row).forEach(value -> line.add(number(value)));
      lines.add(line);
    }
    published
        .get()
        .hydra()
        .ifPresent(
            hydra ->
                table.rows().stream()
                    .filter(row -> row.setting().key().getMethod() == Method.HYDRA)
                    .forEach(row -> lines.add(difference(row, values(hydra)))));
    return lines;
  }

  private List<String> difference(ScoreTable.Row row, List<OptionalDouble> there) {
    List<OptionalDouble> here = new ArrayList<>();
    row.cells().forEach(cell -> here.add(percent(cell.spread())));
    if (table.hasGroups()) {
      row.groupMeans().forEach(mean -> here.add(percent(mean)));
    }
    here.add(percent(row.mean()));
    List<String> line = new ArrayList<>(List.of(DIFFERENCE, row.label(), ""));
    for (int i = 0; i < here.size(); i++) {
      boolean both = here.get(i).isPresent() && there.get(i).isPresent();
      line.add(
          both
              ? String.format(
                  Locale.ROOT, "%+.1f", here.get(i).getAsDouble() - there.get(i).getAsDouble())
              : "");
    }
    return line;
  }

  /** Scores, groups' means and their mean. */
  private List<OptionalDouble> values(Row row) {
    List<OptionalDouble> values = new ArrayList<>();
    for (Task task : table.columns()) {
      Double score = row.scores().get(task.getName());
      values.add(score == null ? OptionalDouble.empty() : OptionalDouble.of(score));
    }
    List<Double> groups = row.groupMeans(table.columns());
    for (int g = 0; table.hasGroups() && g < table.groups().size(); g++) {
      values.add(groups.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(groups.get(g)));
    }
    values.add(row.mean(table.columns()));
    return values;
  }

  private static OptionalDouble percent(Optional<Spread> spread) {
    return spread.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(100 * spread.get().mean());
  }

  private static String number(OptionalDouble percent) {
    return percent.isEmpty() ? "" : String.format(Locale.ROOT, "%.1f", percent.getAsDouble());
  }
}
