package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.html.Scale;
import io.hydrabeam.pipelines.report.source.Miss;
import io.hydrabeam.pipelines.report.source.NumberPairs;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.Sentences;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A regression's numbers: predicted over true, on one scale. */
final class NumbersFigure {

  private static final double SIDE = 300;

  private static final double LEFT = 34;

  private static final double BOTTOM = 32;

  private final TaskFindings task;
  private final Series series;
  private final Html html;

  NumbersFigure(TaskFindings task, Series series, Html html) {
    this.task = task;
    this.series = series;
    this.html = html;
  }

  void write(NumberPairs pairs) {
    List<Miss> drawn = pairs.drawn();
    Scale scale = scale(drawn);
    html.open("figure").open("figcaption").text("Predicted and true ");
    html.leaf(
            "small",
            "%s; the numbers differ by %.2f on average%s"
                .formatted(
                    series.label(task.leader().orElseThrow()),
                    pairs.meanError(),
                    drawn.size() == pairs.count()
                        ? ""
                        : "; %s of %s %s are drawn"
                            .formatted(
                                Numbers.count(drawn.size()),
                                Numbers.count(pairs.count()),
                                task.kind().many())))
        .close();
    html.open(
        "svg",
        "class",
        "matrix",
        "viewBox",
        "0 0 %.0f %.0f".formatted(LEFT + SIDE + 8, SIDE + BOTTOM + 8),
        "role",
        "img",
        "aria-label",
        "Predicted over true numbers");
    axes(scale);
    String style = series.style(task.leader().orElseThrow());
    for (Miss pair : drawn) {
      html.open(
              "circle",
              "class",
              style,
              "cx",
              x(scale, pair.number()),
              "cy",
              y(scale, pair.predicted()),
              "r",
              2.2,
              "fill-opacity",
              0.45)
          .leaf(
              "title",
              "%s: predicted %s, is %s"
                  .formatted(
                      pair.key(), Numbers.plain(pair.predicted()), Numbers.plain(pair.number())))
          .close();
    }
    html.close().close().line();
  }

  /** Holds the task's range, and what was predicted beyond it. */
  private Scale scale(List<Miss> drawn) {
    Sentences range = task.task().getSentences();
    double[] all =
        DoubleStream.concat(
                DoubleStream.of(range.getSmallest(), range.getLargest()),
                drawn.stream().mapToDouble(Miss::predicted).filter(Double::isFinite))
            .sorted()
            .toArray();
    return Scale.around(all[0], all[all.length - 1], 5);
  }

  private void axes(Scale scale) {
    for (double tick : scale.ticks()) {
      String x = x(scale, tick);
      String y = y(scale, tick);
      html.empty("line", "class", "grid", "x1", x, "x2", x, "y1", 4, "y2", 4 + SIDE);
      html.empty("line", "class", "grid", "x1", LEFT, "x2", LEFT + SIDE, "y1", y, "y2", y);
      tick(scale.label(tick), x, number(SIDE + 18), "middle");
      tick(scale.label(tick), number(LEFT - 6), number(3.5 + place(scale, tick)), "end");
    }
    html.empty(
        "line",
        "class",
        "grid strong",
        "x1",
        x(scale, scale.low()),
        "y1",
        y(scale, scale.low()),
        "x2",
        x(scale, scale.high()),
        "y2",
        y(scale, scale.high()));
    tick("true", number(LEFT + SIDE), number(SIDE + 32), "end");
    tick("predicted", number(LEFT + 4), number(14), "start");
  }

  private void tick(String text, String x, String y, String anchor) {
    html.leaf("text", text, "class", "tick", "x", x, "y", y, "text-anchor", anchor);
  }

  private static String x(Scale scale, double value) {
    return number(LEFT + SIDE * scale.at(value));
  }

  private static String y(Scale scale, double value) {
    return number(place(scale, value));
  }

  private static double place(Scale scale, double value) {
    return 4 + SIDE * (1 - scale.at(value));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
