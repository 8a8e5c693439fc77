package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.LineChart;
import io.hydrabeam.pipelines.report.html.LineChart.Point;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.source.Curve;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.SweepPoint;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** How a task's trainings went: loss, score and learning rate by epoch, and what a sweep tried. */
final class CurveCharts {
  /** Steps of a colour, from faint to full. */
  private static final int STEPS = 4;

  private final TaskFindings task;
  private final Series series;
  private final Html html;

  CurveCharts(TaskFindings task, Series series, Html html) {
    this.task = task;
    this.series = series;
    this.html = html;
  }

  void write() {
    chart("Training loss", "", EpochRecord::loss, false).draw(html);
    scores().draw(html);
    chart("Learning rate", "", EpochRecord::learningRate, true).draw(html);
    sweeps();
  }

  /**
   * @param distinct whether equal lines, as those of seeds with one schedule, are drawn once
   */
  private LineChart chart(
      String title, String unit, ToDoubleFunction<EpochRecord> value, boolean distinct) {
    LineChart chart = new LineChart(title, "epoch", unit).whole();
    Set<List<Point>> drawn = new HashSet<>();
    for (Curve curve : task.curves()) {
      List<Point> points =
          curve.epochs().stream()
              .map(epoch -> new Point(epoch.epoch() + 1, value.applyAsDouble(epoch)))
              .toList();
      if (drawn.add(points) || !distinct) {
        chart.line(style(curve), name(curve), points);
      }
    }
    return chart;
  }

  private LineChart scores() {
    Set<String> splits = new TreeSet<>();
    task.curves().stream()
        .filter(curve -> curve.bestScore().isPresent())
        .forEach(curve -> splits.add(curve.split()));
    LineChart chart =
        new LineChart("Score on " + String.join(", ", splits) + ", per cent", "epoch", "")
            .whole()
            .percent();
    for (Curve curve : task.curves()) {
      List<Point> points = new ArrayList<>();
      for (EpochRecord epoch : curve.epochs()) {
        if (epoch.evalScore().isPresent()) {
          points.add(new Point(epoch.epoch() + 1, 100 * epoch.evalScore().getAsDouble()));
        }
      }
      chart.line(style(curve), name(curve), points);
      points.stream()
          .filter(point -> point.x() == curve.epoch() + 1)
          .forEach(
              point ->
                  chart.mark(
                      series.style(curve.row()),
                      "%s: epoch %d was kept, %.1f"
                          .formatted(name(curve), curve.epoch() + 1, point.y()),
                      point.x(),
                      point.y()));
    }
    return chart;
  }

  private String style(Curve curve) {
    long seeds = task.curves().stream().filter(other -> other.row() == curve.row()).count();
    return (seeds > 1 ? "thin " : "") + series.style(curve.row());
  }

  private String name(Curve curve) {
    return "%s, seed %d".formatted(series.label(curve.row()), curve.seed());
  }

  /** Learning rates and decays as places, scores as sizes. */
  private void sweeps() {
    task.sweeps()
        .forEach(
            (row, points) -> {
              Recipe chosen = chosen(row);
              LineChart chart =
                  new LineChart(
                          "Sweep, %s: weight decay".formatted(series.label(row)),
                          "learning rate; ring: chosen",
                          "")
                      .whole()
                      .powers();
              for (SweepPoint point : points) {
                chart.mark(
                    style(row, point, points),
                    "learning rate %.3g, weight decay %.3g, round %d: %s"
                        .formatted(
                            point.getLearningRate(),
                            point.getWeightDecay(),
                            point.getRound() + 1,
                            point.hasScore() ? Numbers.percent(point.getScore()) : "diverged"),
                    Math.log10(point.getLearningRate()),
                    Math.log10(point.getWeightDecay()));
              }
              chart.mark(
                  "chosen",
                  "chosen: learning rate %.3g, weight decay %.3g"
                      .formatted(chosen.getLearningRate(), chosen.getWeightDecay()),
                  Math.log10(chosen.getLearningRate()),
                  Math.log10(chosen.getWeightDecay()));
              chart.draw(html);
              trace(row, points);
            });
  }

  /** Of the row's first seed that was swept, as the points are. */
  private Recipe chosen(int row) {
    return task.scores().getOrDefault(row, List.of()).stream()
        .findFirst()
        .map(score -> score.getJob().getRecipe())
        .orElse(Recipe.getDefaultInstance());
  }

  /** The better a candidate's score, the fuller its colour. */
  private String style(int row, SweepPoint point, List<SweepPoint> points) {
    if (!point.hasScore()) {
      return "alarm-mark s0";
    }
    DoubleSummaryStatistics scores =
        points.stream()
            .filter(SweepPoint::hasScore)
            .mapToDouble(SweepPoint::getScore)
            .summaryStatistics();
    double span = scores.getMax() - scores.getMin();
    double share = span == 0 ? 1 : (point.getScore() - scores.getMin()) / span;
    return "%s s%d".formatted(series.style(row), Math.round(STEPS * share));
  }

  /** The candidates' scores in the order of the search. */
  private void trace(int row, List<SweepPoint> points) {
    List<Point> line = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).hasScore()) {
        line.add(new Point(i + 1, 100 * points.get(i).getScore()));
      }
    }
    new LineChart("Sweep, %s: validation score".formatted(series.label(row)), "candidate", "")
        .whole()
        .percent()
        .line(series.style(row), series.label(row), line)
        .draw(html);
  }
}
