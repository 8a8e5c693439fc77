package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.Score;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code report.md}: the table, the published rows, alarms, how the hyper-parameters came about,
 * and what failed.
 */
public final class MarkdownReport {
  private MarkdownReport() {}

  /** The file's text. */
  public static String of(EvaluationResult evaluation) {
    List<String> lines = new ArrayList<>();
    lines.add("# Scores: " + TableText.benchmark(evaluation.getBenchmark()));
    lines.add("");
    lines.addAll(TableText.markdown(ScoreTable.of(evaluation)));
    evaluation.getNoteList().forEach(note -> lines.add("* " + note));
    published(evaluation, lines);
    if (evaluation.getAlarmCount() > 0) {
      lines.add("");
      lines.add("## Alarms");
      lines.add("");
      evaluation.getAlarmList().forEach(alarm -> lines.add("* " + AlarmText.of(evaluation, alarm)));
    }
    lines.add("");
    lines.add("## Hyper-parameters");
    lines.add("");
    origins(evaluation).forEach(origin -> lines.add("* " + origin));
    if (evaluation.getAlarmCount() > 0) {
      lines.add("");
      lines.add("## Alarms");
      lines.add("");
      Alarms.lines(evaluation).forEach(line -> lines.add("* " + line));
    }
    if (evaluation.getFailureCount() > 0) {
      lines.add("");
      lines.add("## Failed");
      lines.add("");
      for (Failure failure : evaluation.getFailureList()) {
        lines.add("* %s: %s".formatted(failure.getWhat(), failure.getReason()));
      }
    }
    lines.add("");
    lines.add(
        "Evaluation `%s`. Every score with its job is in `scores.json`; where data, weights and"
                .formatted(evaluation.getEvaluationId())
            + " program came from is in `provenance.json`.");
    return String.join("\n", lines) + "\n";
  }

  private static void published(EvaluationResult evaluation, List<String> lines) {
    PublishedTable.of(evaluation.getBenchmark())
        .filter(
            table ->
                table.rows().stream()
                    .anyMatch(row -> row.mean(evaluation.getTaskList()).isPresent()))
        .ifPresent(
            table -> {
              lines.add("");
              lines.add("## " + table.title());
              lines.add("");
              lines.addAll(HeadlineGrid.markdown(ScoreTable.of(evaluation), Optional.of(table)));
              lines.add("");
              table.cautions().forEach(caution -> lines.add("* " + caution));
            });
  }

  /** Where the hyper-parameters came from, a line for each setting, or job where they differ. */
  public static Set<String> origins(EvaluationResult evaluation) {
    Set<String> origins = new LinkedHashSet<>();
    for (Score score : evaluation.getScoreList()) {
      Setting setting = Setting.of(score.getRun(), score.getJob());
      origins.add(
          setting.tuning().equals("none")
              ? "%s: %s".formatted(setting.method(), score.getJob().getRecipe().getOrigin())
              : "%s, %s seed %d: %s"
                  .formatted(
                      setting.method(),
                      score.getJob().getTask(),
                      score.getJob().getSeed(),
                      score.getJob().getRecipe().getOrigin()));
    }
    return origins;
  }
}
