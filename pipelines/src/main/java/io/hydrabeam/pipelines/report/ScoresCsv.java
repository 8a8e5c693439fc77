package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code scores.csv}: a line for each task and seed, then for each row of the table the group means
 * and the benchmark's mean by seed, and their mean over seeds. Scores are shares in [0, 1] with all
 * their digits. A failed job has a line with an empty score.
 */
public final class ScoresCsv {
  private static final String HEADER =
      "kind,run,method,rank,branches,sites,protocol,tuned_on,normalization,task,group,seed,score,"
          + "deviation,seeds,images,epoch,trainable_parameters,job_id,hyper_parameters";

  private ScoresCsv() {}

  /** The file's text; lines end with a line feed. */
  public static String of(EvaluationResult evaluation) {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    for (Score score : evaluation.getScoreList()) {
      JobKey key = score.getJob();
      lines.add(
          line(
              setting("task", Setting.of(score.getRun(), key)),
              key.getTask(),
              score.getGroup(),
              key.getSeed(),
              score.getScore(),
              "",
              1,
              score.getImages(),
              score.getEpoch(),
              score.getTrainableParameters(),
              score.getJobId(),
              key.getRecipe().getOrigin()));
    }
    for (Failure failure : evaluation.getFailureList()) {
      JobKey key = failure.getKey();
      lines.add(
          line(
              setting("failed", Setting.of(failure.getRun(), key)),
              key.getTask(),
              "",
              key.getSeed(),
              "",
              "",
              "",
              "",
              "",
              "",
              "",
              failure.getReason()));
    }
    ScoreTable table = ScoreTable.of(evaluation);
    table.rows().forEach(row -> means(table, row, lines));
    return String.join("\n", lines) + "\n";
  }

  private static void means(ScoreTable table, Row row, List<String> lines) {
    row.perSeed()
        .forEach(
            (seed, means) -> {
              for (int g = 0; g < table.groups().size(); g++) {
                lines.add(
                    mean(
                        "group_mean",
                        row,
                        table.groups().get(g),
                        seed,
                        means.groups().get(g),
                        "",
                        1));
              }
              lines.add(mean("mean", row, "", seed, means.mean(), "", 1));
            });
    for (int g = 0; g < table.groups().size(); g++) {
      String group = table.groups().get(g);
      row.groupMeans()
          .get(g)
          .ifPresent(spread -> lines.add(over("group_mean", row, group, spread)));
    }
    row.mean().ifPresent(spread -> lines.add(over("mean", row, "", spread)));
  }

  private static String over(String kind, Row row, String group, Spread spread) {
    Object deviation = spread.deviation().isPresent() ? spread.deviation().getAsDouble() : "";
    return mean(kind, row, group, "all", spread.mean(), deviation, spread.count());
  }

  private static String mean(
      String kind, Row row, String group, Object seed, double mean, Object deviation, int seeds) {
    return line(
        setting(kind, row.setting()), "", group, seed, mean, deviation, seeds, "", "", "", "", "");
  }

  private static List<Object> setting(String kind, Setting setting) {
    JobKey key = setting.key();
    return List.of(
        kind,
        setting.run(),
        Setting.lower(key.getMethod()),
        key.getRank(),
        setting.branches(),
        setting.sites(),
        setting.protocol(),
        setting.tuning(),
        Setting.lower(key.getNormalization()));
  }

  private static String line(List<Object> setting, Object... rest) {
    List<Object> all = new ArrayList<>(setting);
    all.addAll(List.of(rest));
    return all.stream().map(value -> quote(value.toString())).collect(Collectors.joining(","));
  }

  private static String quote(String value) {
    return value.matches("[^\",\r\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
