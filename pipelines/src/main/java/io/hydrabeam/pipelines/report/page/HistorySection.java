package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.LineChart;
import io.hydrabeam.pipelines.report.html.LineChart.Point;
import io.hydrabeam.pipelines.report.source.PastEvaluation;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** The scores of this evaluation and those before it, a line for each row and task. */
final class HistorySection {
  /** Older ones are not drawn. */
  private static final int SHOWN = 60;

  private final List<PastEvaluation> history;
  private final int all;
  private final ScoreTable table;
  private final Series series;
  private final Html html;

  HistorySection(ReportSource source, Series series, Html html) {
    this.all = source.history().size();
    this.history = source.history().subList(Math.max(0, all - SHOWN), all);
    this.table = source.table();
    this.series = series;
    this.html = html;
  }

  void write() {
    html.open("section", "id", "history").leaf("h2", "History");
    if (history.size() < 2) {
      html.leaf("p", "This is the first evaluation of the benchmark here.", "class", "note");
      html.close().line();
      return;
    }
    html.leaf("p", span(), "class", "note");
    series.legend(html, IntStream.range(0, table.rows().size()).boxed().toList(), List.of());
    html.open("div", "class", "charts many");
    chart("Mean", (past, row) -> past.mean(row)).draw(html);
    for (Task task : table.columns()) {
      chart(TableText.name(task), (past, row) -> past.score(row, task.getName())).draw(html);
    }
    html.close().close().line();
  }

  private String span() {
    PastEvaluation first = history.get(0);
    PastEvaluation last = history.get(history.size() - 1);
    String shown =
        all > SHOWN
            ? "The last %d of %d evaluations".formatted(SHOWN, all)
            : "%d evaluations".formatted(all);
    return "%s, %s to %s; test score, per cent. Red: an evaluation with alarms."
        .formatted(shown, name(first), name(last));
  }

  private static String name(PastEvaluation past) {
    return past.started().isEmpty() ? past.id() : past.started().replace('T', ' ').replace("Z", "");
  }

  private LineChart chart(
      String title, BiFunction<PastEvaluation, Integer, Optional<Double>> value) {
    LineChart chart = new LineChart(title, "evaluation", "").whole().percent().small();
    for (int row = 0; row < table.rows().size(); row++) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < history.size(); i++) {
        Optional<Double> score = value.apply(history.get(i), row);
        if (score.isPresent()) {
          int x = all - history.size() + i + 1;
          points.add(new Point(x, 100 * score.get()));
          if (history.get(i).alarms() > 0) {
            chart.mark(
                "alarm-mark",
                "%s: %d alarms".formatted(name(history.get(i)), history.get(i).alarms()),
                x,
                100 * score.get());
          }
        }
      }
      chart.line(series.style(row), series.label(row), points);
    }
    return chart;
  }
}
