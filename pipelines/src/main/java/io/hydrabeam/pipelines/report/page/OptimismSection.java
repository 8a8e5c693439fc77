package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.html.Scale;
import io.hydrabeam.pipelines.report.html.Track;
import io.hydrabeam.pipelines.report.source.Curve;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What choosing the epoch by its test score gained, where trainings scored the test split. */
final class OptimismSection {
  private final Series series;
  private final RecordKind kind;
  private final List<Gain> gains = new ArrayList<>();

  /** Of a row on a task, means over seeds in [0, 1]. */
  private record Gain(Task task, int row, double last, double best, int seeds) {}

  OptimismSection(Series series, RecordKind kind) {
    this.kind = kind;
    this.series = series;
  }

  /** Takes what it needs of a task. */
  void add(TaskFindings found) {
    for (int row : found.scores().keySet()) {
      List<Curve> tested =
          found.curves().stream()
              .filter(curve -> curve.row() == row && curve.split().equals(Splits.TEST))
              .filter(curve -> curve.bestScore().isPresent())
              .toList();
      if (!tested.isEmpty()) {
        double last = tested.stream().mapToDouble(c -> c.lastScore().orElse(0)).average().orElse(0);
        double best = tested.stream().mapToDouble(c -> c.bestScore().orElse(0)).average().orElse(0);
        gains.add(new Gain(found.task(), row, last, best, tested.size()));
      }
    }
  }

  void write(Html html) {
    html.open("section", "id", "optimism").leaf("h2", "Selecting on the test set");
    if (gains.isEmpty()) {
      html.leaf(
          "p",
          "No training looked at the test %s before its end, so no score is optimistic by selection."
              .formatted(kind.many()),
          "class",
          "note");
      html.close().line();
      return;
    }
    double mean = gains.stream().mapToDouble(g -> g.best() - g.last()).average().orElse(0);
    html.leaf(
        "p",
        ("Protocol paper reports the epoch with the best test score. Against the last epoch, which"
                + " needs no choice, that is worth %s points on average; published rows that were"
                + " chosen so are optimistic by as much. Hollow: last epoch; filled: best on test.")
            .formatted(Numbers.points(mean)),
        "class",
        "note");
    series.legend(html, new TreeSet<>(gains.stream().map(Gain::row).toList()), List.of());
    Scale scale =
        Scale.percent(
            100 * gains.stream().mapToDouble(Gain::last).min().orElse(0),
            100 * gains.stream().mapToDouble(Gain::best).max().orElse(1),
            6);
    html.open("div", "class", "rows");
    String above = "";
    for (Gain gain : gains) {
      String name = TableText.name(gain.task());
      html.open("div", "class", "name").leaf("bdi", name.equals(above) ? "" : name).close();
      html.open("div");
      above = name;
      String style = series.style(gain.row());
      String label = series.label(gain.row());
      Track.open(html, scale, 20)
          .span(100 * gain.last(), 100 * gain.best(), 10, "whisker " + style)
          .dot(
              100 * gain.last(),
              10,
              4,
              "hollow " + style,
              "%s, %s, last epoch: %s".formatted(name, label, Numbers.percent(gain.last())))
          .dot(
              100 * gain.best(),
              10,
              4,
              style,
              "%s, %s, best on test: %s".formatted(name, label, Numbers.percent(gain.best())))
          .close();
      html.close().leaf("div", Numbers.points(gain.best() - gain.last()), "class", "value").line();
    }
    html.open("div").close().open("div");
    Track.axis(html, scale, "");
    html.close().open("div").close().close();
    html.close().line();
  }
}
