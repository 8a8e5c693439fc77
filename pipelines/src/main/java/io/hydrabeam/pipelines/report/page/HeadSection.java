package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.PublishedTable;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.pipelines.report.Spread;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Title, the few numbers that matter most, and the way to the sections. */
final class HeadSection {
  private final ReportSource source;
  private final ScoreTable table;
  private final EvaluationResult evaluation;
  private final Series series;
  private final Html html;

  HeadSection(ReportSource source, Series series, Html html) {
    this.series = series;
    this.source = source;
    this.table = source.table();
    this.evaluation = source.evaluation();
    this.html = html;
  }

  /** What the page is called. */
  static String title(EvaluationResult evaluation) {
    return "Scores on " + TableText.benchmark(evaluation.getBenchmark());
  }

  /** Writes it, with a way to each of the sections. */
  void write(List<ReportPage.Anchor> sections) {
    html.open("header").leaf("p", "Hydra Beam evaluation", "class", "eyebrow");
    html.open("h1").leaf("bdi", title(evaluation)).close();
    html.leaf("p", when(), "class", "lede");
    html.open("nav", "aria-label", "Sections");
    for (ReportPage.Anchor section : sections) {
      html.leaf("a", section.name(), "href", "#" + section.id());
    }
    html.close();
    html.open("ul", "class", "figures");
    best().ifPresent(this::best);
    figure(
        Numbers.count(table.columns().size()),
        "",
        (table.columns().size() == 1 ? "task, " : "tasks, ")
            + counted(evaluation.getScoreCount(), "scored checkpoint"),
        false);
    figure(
        Numbers.brief((double) images()),
        "",
        "test %s classified, all checkpoints together".formatted(source.kind().many()),
        false);
    if (evaluation.getFailureCount() > 0) {
      figure(
          Numbers.count(evaluation.getFailureCount()),
          "",
          evaluation.getFailureCount() == 1 ? "job failed" : "jobs failed",
          true);
    }
    if (evaluation.getAlarmCount() > 0) {
      figure(
          Numbers.count(evaluation.getAlarmCount()),
          "",
          evaluation.getAlarmCount() == 1
              ? "recomputed %s differs from what was stored".formatted(source.kind().one())
              : "recomputed %s differ from what was stored".formatted(source.kind().many()),
          true);
    }
    html.close().close().line();
  }

  private String when() {
    String started = evaluation.getStarted();
    String id = "evaluation " + evaluation.getEvaluationId();
    return started.isEmpty()
        ? id
        : "%s UTC · %s".formatted(started.replace('T', ' ').replace("Z", ""), id);
  }

  private long images() {
    return evaluation.getScoreList().stream()
        .filter(score -> score.getCarriedFrom().isEmpty())
        .mapToLong(Score::getImages)
        .sum();
  }

  private Optional<Row> best() {
    return table.rows().stream()
        .filter(row -> row.mean().isPresent())
        .max(Comparator.comparingDouble(row -> row.mean().map(Spread::mean).orElse(0.0)));
  }

  private void best(Row row) {
    Spread mean = row.mean().orElseThrow();
    String of =
        table.columns().size() == 1
            ? "on %s, ".formatted(TableText.name(table.columns().get(0)))
            : table.hasGroups() ? "mean of the group means, " : "mean of the tasks, ";
    figure(
        Numbers.percent(mean.mean()),
        mean.deviation().isPresent() ? "±" + Numbers.percent(mean.deviation().getAsDouble()) : "%",
        of + label(row),
        false);
    table.rows().stream()
        .filter(other -> !other.equals(row) && other.mean().isPresent())
        .max(Comparator.comparingDouble(other -> other.mean().map(Spread::mean).orElse(0.0)))
        .ifPresent(
            next ->
                figure(
                    Numbers.points(mean.mean() - next.mean().orElseThrow().mean()),
                    "points",
                    "over %s, the next best".formatted(label(next)),
                    false));
    OptionalDouble published =
        source
            .published()
            .filter(all -> table.coversBenchmark())
            .flatMap(PublishedTable::hydra)
            .map(hydra -> hydra.mean(table.columns()))
            .orElse(OptionalDouble.empty());
    if (published.isPresent()) {
      figure(
          Numbers.signed(100 * mean.mean() - published.getAsDouble()),
          "points",
          "against the published Hydra row",
          false);
    }
    figure(Numbers.brief(row.trainableParameters()), "", "parameters trained, a task", false);
    if (table.columns().size() > 1) {
      weakest(row);
    }
  }

  private String label(Row row) {
    return series.label(table.rows().indexOf(row));
  }

  private void weakest(Row row) {
    IntStream.range(0, table.columns().size())
        .filter(i -> row.cells().get(i).spread().isPresent())
        .boxed()
        .min(
            Comparator.comparingDouble(
                i -> row.cells().get(i).spread().map(Spread::mean).orElse(0.0)))
        .ifPresent(
            i -> {
              Task task = table.columns().get(i);
              figure(
                  Numbers.percent(row.cells().get(i).spread().map(Spread::mean).orElse(0.0)),
                  "%",
                  "on the hardest task, " + TableText.name(task),
                  false);
            });
  }

  private void figure(String number, String unit, String text, boolean alarm) {
    html.open("li", "class", alarm ? "alarm" : "").open("b").text(number);
    if (!unit.isEmpty()) {
      html.text(" ").leaf("i", unit);
    }
    html.close().leaf("span", text).close().line();
  }

  private static String counted(long count, String what) {
    return "%s %s%s".formatted(Numbers.count(count), what, count == 1 ? "" : "s");
  }
}
