package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.model.metrics.PerformanceEfficiency;
import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.source.Curve;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.pipelines.report.source.StageCost;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the scores cost: parameters, their efficiency, and time, foreseen and real. */
final class CostSection {
  private final EvaluationResult evaluation;
  private final ScoreTable table;
  private final List<StageCost> stages;
  private final Series series;

  /** Wall time of the scored trainings, by row. */
  private final Map<Integer, Double> seconds = new HashMap<>();

  CostSection(ReportSource source, Series series) {
    this.evaluation = source.evaluation();
    this.table = source.table();
    this.stages = source.stages();
    this.series = series;
  }

  /** Takes what it needs of a task. */
  void add(TaskFindings found) {
    for (Curve curve : found.curves()) {
      seconds.merge(
          curve.row(),
          curve.epochs().stream().mapToDouble(EpochRecord::seconds).sum(),
          Double::sum);
    }
  }

  void write(Html html) {
    html.open("section", "id", "cost").leaf("h2", "Parameters and time");
    html.open("div", "class", "wide").open("table", "class", "plain");
    html.open("thead").open("tr").leaf("th", "");
    for (String head :
        List.of("trained", "of the model", "share", "Mean", "PE", "time of the trainings")) {
      html.leaf("th", head);
    }
    html.close().close().open("tbody");
    for (int row = 0; row < table.rows().size(); row++) {
      row(html, row);
    }
    html.close().close().close();
    html.leaf(
        "p",
        "PE is Mean · exp(−log10(params / 10⁸ + 1)) with Mean in [0, 1]; ELEVATER defines it for"
            + " the plain mean. Times are of the last training of each scored checkpoint.",
        "class",
        "note");
    times(html);
    html.close().line();
  }

  private void row(Html html, int index) {
    ScoreTable.Row row = table.rows().get(index);
    double total = row.scores().stream().mapToLong(Score::getTotalParameters).average().orElse(0);
    html.open("tr").open("td");
    html.open("span", "class", "key " + series.style(index)).close();
    html.leaf("bdi", row.label()).close();
    html.leaf("td", Numbers.brief(row.trainableParameters()));
    html.leaf("td", total == 0 ? "–" : Numbers.brief(total));
    html.leaf(
        "td",
        total == 0
            ? "–"
            : String.format(Locale.ROOT, "%.2f %%", 100 * row.trainableParameters() / total));
    html.leaf("td", row.mean().map(Numbers::percent).orElse("–"));
    html.leaf(
        "td",
        row.mean()
            .map(
                mean ->
                    String.format(
                        Locale.ROOT,
                        "%.3f",
                        PerformanceEfficiency.of(mean.mean(), row.trainableParameters())))
            .orElse("–"));
    Double time = seconds.get(index);
    html.leaf("td", time == null ? "–" : Numbers.duration(time)).close().line();
  }

  private void times(Html html) {
    boolean told = evaluation.getSeconds() > 0 || !stages.isEmpty();
    if (!told) {
      return;
    }
    html.open("div", "class", "wide").open("table", "class", "plain");
    html.open("thead").open("tr").leaf("th", "stage");
    html.leaf("th", "foreseen").leaf("th", "took").leaf("th", "took / foreseen");
    html.close().close().open("tbody");
    for (StageCost stage : stages) {
      line(html, stage.stage(), stage.estimated(), stage.actual());
    }
    if (evaluation.getSeconds() > 0) {
      line(html, "this evaluation", evaluation.getEstimatedSeconds(), evaluation.getSeconds());
    }
    html.close().close().close();
  }

  private static void line(Html html, String stage, double estimated, double actual) {
    html.open("tr").leaf("td", stage);
    html.leaf("td", estimated > 0 ? Numbers.duration(estimated) : "–");
    html.leaf("td", actual > 0 ? Numbers.duration(actual) : "–");
    html.leaf(
            "td",
            estimated > 0 && actual > 0
                ? String.format(Locale.ROOT, "%.2f", actual / estimated)
                : "–")
        .close()
        .line();
  }
}
