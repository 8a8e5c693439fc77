package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.PublishedTable;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.ScoreTable.Cell;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.pipelines.report.Spread;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The table of all scores in the paper's column order, with the published rows below ours. */
final class ScoresSection {
  private final ScoreTable table;
  private final List<String> told;
  private final String backbone;
  private final Optional<PublishedTable> published;
  private final Series series;
  private final Html html;

  /** Means that were printed otherwise than they follow from their rows. */
  private final List<String> printed = new ArrayList<>();

  ScoresSection(ReportSource source, Series series, Html html) {
    this.table = source.table();
    this.told = source.evaluation().getNoteList();
    this.backbone = source.provenance().path("options").path("backbone").asText("");
    this.published = source.published().filter(this::covers);
    this.series = series;
    this.html = html;
  }

  /** Whether a published row has all tasks that are shown. */
  private boolean covers(PublishedTable of) {
    return of.rows().stream().anyMatch(row -> row.mean(table.columns()).isPresent());
  }

  void write() {
    html.open("section", "id", "scores").leaf("h2", "Scores");
    html.open("div", "class", "wide")
        .open("table", "class", table.columns().size() > 5 ? "scores full" : "scores");
    head();
    html.open("tbody");
    for (int row = 0; row < table.rows().size(); row++) {
      own(row);
    }
    html.close();
    published.ifPresent(this::published);
    html.close().close();
    List<String> notes = new ArrayList<>(TableText.notes(table));
    notes.addAll(told);
    published.ifPresent(
        of -> {
          notes.add(
              of.title() + (backbone.isEmpty() ? "" : "; ours start from backbone " + backbone));
          if (!printed.isEmpty()) {
            notes.add("† printed otherwise: " + String.join(", ", printed));
          }
          notes.addAll(of.cautions());
        });
    Notes.write(html, notes);
    html.close().line();
  }

  private void head() {
    html.open("thead");
    if (table.hasGroups()) {
      html.open("tr", "class", "groups").leaf("th", "");
      for (String group : table.groups()) {
        long size = table.columns().stream().filter(task -> task.getGroup().equals(group)).count();
        html.leaf("th", TableText.groupName(group), "colspan", size, "class", "first");
      }
      html.leaf("th", "Means", "colspan", table.groups().size() + 1, "class", "first").close();
    }
    html.open("tr").leaf("th", "");
    for (int i = 0; i < table.columns().size(); i++) {
      turned(TableText.name(table.columns().get(i)), startsGroup(i) ? "first" : "");
    }
    if (table.hasGroups()) {
      for (int g = 0; g < table.groups().size(); g++) {
        turned(TableText.groupName(table.groups().get(g)), g == 0 ? "first" : "");
      }
    }
    turned("Mean", "mean");
    if (!table.hasGroups()) {
      turned("PE", "");
    }
    html.close().close().line();
  }

  private void turned(String name, String style) {
    html.open("th", "scope", "col", "class", style).leaf("span", name).close();
  }

  private boolean startsGroup(int column) {
    return column == 0
        || !table
            .columns()
            .get(column)
            .getGroup()
            .equals(table.columns().get(column - 1).getGroup());
  }

  private void own(int index) {
    Row row = table.rows().get(index);
    html.open("tr").open("th", "scope", "row");
    html.open("span", "class", "key " + series.style(index)).close();
    html.leaf("bdi", row.label()).leaf("small", traits(row)).close();
    for (int i = 0; i < row.cells().size(); i++) {
      cell(row.cells().get(i), isBest(index, i), startsGroup(i) ? "first" : "", row.seeds().size());
    }
    if (table.hasGroups()) {
      for (int g = 0; g < row.groupMeans().size(); g++) {
        spread(row.groupMeans().get(g), g == 0 ? "first" : "");
      }
    }
    spread(row.mean(), "mean");
    if (!table.hasGroups()) {
      html.leaf("td", pe(row.efficiency()));
    }
    html.close().line();
  }

  /** What the columns of the text table say of a row. */
  private static String traits(Row row) {
    List<String> traits = new ArrayList<>(List.of(row.setting().protocol()));
    if (!row.setting().tuning().equals("none")) {
      traits.add("tuned on " + row.setting().tuning());
    }
    if (!row.setting().quirks().equals("none")) {
      traits.add("quirks " + row.setting().quirks());
    }
    if (row.setting().key().getShots() != 0) {
      traits.add("shots " + row.setting().shots());
    }
    traits.add(row.seeds().size() == 1 ? "1 seed" : row.seeds().size() + " seeds");
    traits.add(Numbers.brief(row.trainableParameters()) + " params");
    return String.join(" · ", traits);
  }

  private boolean isBest(int row, int column) {
    double own = mean(row, column);
    for (int other = 0; other < table.rows().size(); other++) {
      if (mean(other, column) > own) {
        return false;
      }
    }
    return table.rows().size() > 1;
  }

  private double mean(int row, int column) {
    return table.rows().get(row).cells().get(column).spread().map(Spread::mean).orElse(-1.0);
  }

  private void cell(Cell cell, boolean best, String style, int seeds) {
    html.open("td", "class", style);
    switch (cell.status()) {
      case SCORED, PARTIAL -> cell.spread().ifPresent(spread -> number(spread, best));
      case FAILED -> html.leaf("span", "failed", "class", "bad");
      case MISSING -> html.text("–");
    }
    if (cell.status() == ScoreTable.Status.PARTIAL) {
      html.leaf(
          "small",
          "%d of %d".formatted(cell.spread().map(Spread::count).orElse(0), seeds),
          "class",
          "bad");
    }
    html.close();
  }

  private void number(Spread spread, boolean best) {
    html.leaf(best ? "b" : "span", Numbers.percent(spread.mean()));
    spread.deviation().ifPresent(of -> html.leaf("small", "±" + Numbers.percent(of)));
  }

  private void spread(Optional<Spread> spread, String style) {
    html.open("td", "class", style);
    spread.ifPresentOrElse(of -> number(of, false), () -> html.text("–"));
    html.close();
  }

  private void published(PublishedTable of) {
    html.open("tbody", "class", "published");
    html.open("tr", "class", "head").leaf("th", "Published", "scope", "row").close();
    of.rows().forEach(this::publishedRow);
    html.close();
    Optional<PublishedTable.Row> hydra = of.hydra();
    if (hydra.isPresent()) {
      html.open("tbody");
      html.open("tr", "class", "head").leaf("th", "Ours − published", "scope", "row").close();
      for (int i = 0; i < table.rows().size(); i++) {
        if (table.rows().get(i).setting().key().getMethod() == Method.HYDRA) {
          difference(i, hydra.get());
        }
      }
      html.close();
    }
  }

  private void publishedRow(PublishedTable.Row row) {
    boolean hydra = row.method().equals(PublishedTable.HYDRA);
    html.open("tr", "class", hydra ? "own" : "").open("th", "scope", "row");
    html.leaf(hydra ? "b" : "span", row.method());
    html.leaf("small", Numbers.brief(row.parameters() * 1e6) + " params").close();
    for (int i = 0; i < table.columns().size(); i++) {
      Double score = row.scores().get(table.columns().get(i).getName());
      html.leaf("td", score == null ? "–" : plain(score), "class", startsGroup(i) ? "first" : "");
    }
    List<Double> groups = row.groupMeans(table.columns());
    if (table.hasGroups()) {
      for (int g = 0; g < table.groups().size(); g++) {
        String text = groups.isEmpty() ? "–" : plain(groups.get(g));
        html.leaf("td", text, "class", g == 0 ? "first" : "");
      }
    }
    OptionalDouble mean = row.mean(table.columns());
    html.open("td", "class", "mean");
    html.text(mean.isPresent() ? plain(mean.getAsDouble()) : "–");
    if (mean.isPresent() && isPrintedOtherwise(row, mean.getAsDouble())) {
      html.text("†");
      printed.add("%s %s".formatted(row.method(), plain(row.printedMean())));
    }
    html.close();
    if (!table.hasGroups()) {
      html.leaf("td", pe(row.printedEfficiency()));
    }
    html.close().line();
  }

  private boolean isPrintedOtherwise(PublishedTable.Row row, double mean) {
    return table.coversBenchmark() && !plain(mean).equals(plain(row.printedMean()));
  }

  private void difference(int index, PublishedTable.Row hydra) {
    Row row = table.rows().get(index);
    html.open("tr").open("th", "scope", "row");
    html.open("span", "class", "key " + series.style(index)).close();
    html.leaf("bdi", row.label()).close();
    for (int i = 0; i < table.columns().size(); i++) {
      Task task = table.columns().get(i);
      Double there = hydra.scores().get(task.getName());
      Optional<Spread> here = row.cells().get(i).spread();
      String style = startsGroup(i) ? "first" : "";
      difference(here, there == null ? List.of() : List.of(there), style);
    }
    List<Double> groups = hydra.groupMeans(table.columns());
    if (table.hasGroups()) {
      for (int g = 0; g < table.groups().size(); g++) {
        difference(
            row.groupMeans().get(g),
            groups.isEmpty() ? List.of() : List.of(groups.get(g)),
            g == 0 ? "first" : "");
      }
    }
    OptionalDouble mean = hydra.mean(table.columns());
    difference(row.mean(), mean.isPresent() ? List.of(mean.getAsDouble()) : List.of(), "mean");
    if (!table.hasGroups()) {
      html.leaf("td", "");
    }
    html.close().line();
  }

  private void difference(Optional<Spread> here, List<Double> there, String style) {
    String text =
        here.isEmpty() || there.isEmpty()
            ? "–"
            : Numbers.signed(100 * here.get().mean() - there.get(0));
    html.leaf("td", text, "class", style);
  }

  private static String pe(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "–";
  }

  private static String plain(double percent) {
    return String.format(Locale.ROOT, "%.1f", percent);
  }
}
