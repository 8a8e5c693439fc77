package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.model.metrics.PerformanceEfficiency;
import io.hydrabeam.pipelines.catalog.RecordKind;
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
  private final RecordKind kind;
  private final List<StageCost> stages;
  private final Series series;

  /** Wall time of the scored trainings, by row. */
  private final Map<Integer, Double> seconds = new HashMap<>();

  /** Images trained on by row, each counted once an epoch; 0 where a training's are not known. */
  private final Map<Integer, Long> imageSteps = new HashMap<>();

  private int trainings;
  private int stacked;

  CostSection(ReportSource source, Series series) {
    this.evaluation = source.evaluation();
    this.table = source.table();
    this.kind = source.kind();
    this.stages = source.stages();
    this.series = series;
  }

  /** Takes what it needs of a task. */
  void add(TaskFindings found) {
    for (Curve curve : found.curves()) {
      seconds.merge(curve.row(), curve.seconds(), Double::sum);
      imageSteps.merge(curve.row(), curve.images() * curve.epochs().size(), Long::sum);
      trainings++;
      if (curve.stacked() > 1) {
        stacked++;
      }
    }
  }

  void write(Html html) {
    html.open("section", "id", "cost").leaf("h2", "Parameters and time");
    html.open("div", "class", "wide").open("table", "class", "plain");
    html.open("thead").open("tr").leaf("th", "");
    for (String head :
        List.of(
            "trained",
            "of the model",
            "share",
            "Mean",
            "PE",
            "trainings took",
            kind.many() + "/s")) {
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
            + " the plain mean. Times are of the last training of each scored checkpoint, its own"
            + " scorings included; %s/s are those trained on, with all that ran beside; a linear probe's"
                .formatted(kind.many())
            + " are features that were computed once.%s".formatted(stacks()),
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
    html.leaf("td", time == null ? "–" : Numbers.duration(time));
    long steps = imageSteps.getOrDefault(index, 0L);
    html.leaf("td", speed(steps, time == null ? 0 : time)).close().line();
  }

  private static String speed(long images, double seconds) {
    if (images == 0 || seconds <= 0) {
      return "–";
    }
    double speed = images / seconds;
    return speed < 10
        ? String.format(Locale.ROOT, "%.1f", speed)
        : Numbers.count(Math.round(speed));
  }

  private String stacks() {
    return stacked == 0
        ? ""
        : " %d of %d trainings shared a graph with others (--stack).".formatted(stacked, trainings);
  }

  private void times(Html html) {
    boolean told = evaluation.getSeconds() > 0 || !stages.isEmpty();
    if (!told) {
      return;
    }
    html.open("div", "class", "wide").open("table", "class", "plain");
    html.open("thead").open("tr").leaf("th", "stage");
    html.leaf("th", "foreseen").leaf("th", "took").leaf("th", "took / foreseen");
    html.leaf("th", kind.many() + "/s");
    html.close().close().open("tbody");
    double foreseen = 0;
    for (StageCost stage : stages) {
      if (stage.isEvaluation()) {
        foreseen += stage.estimated();
      } else {
        line(html, stage.name(), stage.estimated(), stage.actual(), 0);
      }
    }
    if (evaluation.getSeconds() > 0) {
      line(html, "this evaluation", isWhole() ? foreseen : 0, evaluation.getSeconds(), computed());
    }
    html.close().close().close();
  }

  /** Whether it did all that was foreseen of an evaluation, rather than carry scores over. */
  private boolean isWhole() {
    return evaluation.getScoreList().stream().allMatch(s -> s.getCarriedFrom().isEmpty());
  }

  /** Images that were classified, not carried over. */
  private long computed() {
    return evaluation.getScoreList().stream()
        .mapToLong(
            score -> score.getCarriedFrom().isEmpty() ? score.getImages() : score.getCanaryImages())
        .sum();
  }

  private static void line(Html html, String stage, double estimated, double actual, long images) {
    html.open("tr").leaf("td", stage);
    html.leaf("td", estimated > 0 ? Numbers.duration(estimated) : "–");
    html.leaf("td", actual > 0 ? Numbers.duration(actual) : "–");
    html.leaf(
            "td",
            estimated > 0 && actual > 0
                ? String.format(Locale.ROOT, "%.2f", actual / estimated)
                : "–")
        .leaf("td", speed(images, actual))
        .close()
        .line();
  }
}
