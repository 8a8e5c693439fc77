package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.LineChart;
import io.hydrabeam.pipelines.report.html.LineChart.Point;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.source.Curve;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.SweepPoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** How a task's trainings went: loss, score and learning rate by epoch, and what a sweep tried. */
final class CurveCharts {
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
        new LineChart("Score on " + String.join(", ", splits) + ", per cent", "epoch", "").whole();
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
              double best = best(points);
              LineChart chart =
                  new LineChart(
                      "Sweep, %s: log10 of weight decay by learning rate"
                          .formatted(series.label(row)),
                      "log10 of the learning rate",
                      "");
              for (SweepPoint point : points) {
                boolean won = point.hasScore() && point.getScore() == best;
                chart.mark(
                    won
                        ? "ring"
                        : point.hasScore() ? "soft " + series.style(row) : "soft alarm-mark",
                    "learning rate %.3g, weight decay %.3g, round %d: %s"
                        .formatted(
                            point.getLearningRate(),
                            point.getWeightDecay(),
                            point.getRound() + 1,
                            point.hasScore() ? Numbers.percent(point.getScore()) : "diverged"),
                    Math.log10(point.getLearningRate()),
                    Math.log10(point.getWeightDecay()));
              }
              chart.draw(html);
              trace(row, points);
            });
  }

  private static double best(List<SweepPoint> points) {
    return points.stream()
        .filter(SweepPoint::hasScore)
        .mapToDouble(SweepPoint::getScore)
        .max()
        .orElse(Double.NaN);
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
        .line(series.style(row), series.label(row), line)
        .draw(html);
  }
}
