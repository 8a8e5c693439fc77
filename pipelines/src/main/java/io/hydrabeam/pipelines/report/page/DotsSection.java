package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.PublishedTable;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.Spread;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.html.Scale;
import io.hydrabeam.pipelines.report.html.Track;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The scores as points on a line for each task, with their spread over seeds. */
final class DotsSection {
  private static final int LANE = 9;
  private static final int MARGIN = 14;

  private final ScoreTable table;
  private final Optional<PublishedTable.Row> published;
  private final Series series;
  private final Html html;

  DotsSection(ReportSource source, Series series, Html html) {
    this.table = source.table();
    this.published = source.published().flatMap(PublishedTable::hydra);
    this.series = series;
    this.html = html;
  }

  void write() {
    html.open("section", "id", "tasks").leaf("h2", "Task by task");
    boolean spread =
        table.rows().stream()
            .flatMap(row -> row.cells().stream())
            .flatMap(cell -> cell.spread().stream())
            .anyMatch(of -> of.deviation().isPresent());
    html.leaf(
        "p",
        "Mean test score, per cent"
            + (spread ? "; strokes are one standard deviation over seeds to each side." : "."),
        "class",
        "note");
    series.legend(
        html,
        IntStream.range(0, table.rows().size()).boxed().toList(),
        published.map(row -> List.of(row.method() + ", published")).orElse(List.of()));
    Scale scale = scale();
    html.open("div", "class", "rows");
    String group = "";
    for (int i = 0; i < table.columns().size(); i++) {
      Task task = table.columns().get(i);
      if (table.hasGroups() && (i == 0 || !task.getGroup().equals(group))) {
        group = task.getGroup();
        html.leaf("div", TableText.groupName(group), "class", "group");
      }
      html.open("div", "class", "name").leaf("bdi", TableText.name(task)).close();
      html.open("div");
      track(i, scale);
      html.close().leaf("div", best(i), "class", "value").line();
    }
    html.open("div", "class", "group").close();
    html.open("div").close().open("div");
    Track.axis(html, scale, "");
    html.close().open("div").close();
    html.close().close().line();
  }

  private Scale scale() {
    List<Double> values = new ArrayList<>();
    for (ScoreTable.Row row : table.rows()) {
      for (ScoreTable.Cell cell : row.cells()) {
        cell.spread()
            .ifPresent(
                of -> {
                  double deviation = of.deviation().orElse(0);
                  values.add(Math.max(0, 100 * (of.mean() - deviation)));
                  values.add(Math.min(100, 100 * (of.mean() + deviation)));
                });
      }
    }
    published.ifPresent(
        row ->
            table
                .columns()
                .forEach(
                    task ->
                        Optional.ofNullable(row.scores().get(task.getName()))
                            .ifPresent(values::add)));
    double min = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double max = values.stream().mapToDouble(Double::doubleValue).max().orElse(100);
    return Scale.percent(min, max, 6);
  }

  private void track(int column, Scale scale) {
    int lanes = table.rows().size();
    int height = MARGIN + LANE * lanes;
    Track track = Track.open(html, scale, height);
    String task = TableText.name(table.columns().get(column));
    published
        .flatMap(
            row -> Optional.ofNullable(row.scores().get(table.columns().get(column).getName())))
        .ifPresent(
            score ->
                track.diamond(
                    score, height / 2.0, "pub", "%s, published: %.1f".formatted(task, score)));
    for (int row = 0; row < lanes; row++) {
      Optional<Spread> spread = table.rows().get(row).cells().get(column).spread();
      if (spread.isEmpty()) {
        continue;
      }
      double y = MARGIN / 2.0 + LANE * (row + 0.5);
      double mean = 100 * spread.get().mean();
      double deviation = 100 * spread.get().deviation().orElse(0);
      String style = series.style(row);
      if (deviation > 0) {
        track.span(mean - deviation, mean + deviation, y, "whisker " + style);
      }
      String title = "%s, %s: %s".formatted(task, series.label(row), Numbers.percent(spread.get()));
      track.dot(mean, y, 4, style, title);
    }
    track.close();
  }

  /** The best mean of a task. */
  private String best(int column) {
    return table.rows().stream()
        .flatMap(row -> row.cells().get(column).spread().stream())
        .max((a, b) -> Double.compare(a.mean(), b.mean()))
        .map(Numbers::percent)
        .orElse("–");
  }
}
