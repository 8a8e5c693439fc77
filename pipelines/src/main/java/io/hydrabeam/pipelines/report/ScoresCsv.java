package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code scores.csv}: a line for each task and seed, then for each row of the table the group means
 * and the benchmark's mean by seed, and their mean over seeds. Scores are shares in [0, 1] with all
 * their digits. A failed job has a line with an empty score. Few-shot benchmarks have four columns
 * more; shots are -1 for all images, 0 for fixed splits.
 */
public final class ScoresCsv {
  private static final String HEADER =
      "kind,run,method,rank,branches,sites,protocol,tuned_on,normalization,task,group,seed,score,"
          + "deviation,seeds,images,epoch,trainable_parameters,job_id,hyper_parameters";

  private static final String ALL_SEEDS = "all";

  /** What few-shot benchmarks have besides. */
  private static final String FEW_SHOT_HEADER = ",metric,quirks,shots,pe_score";

  private final boolean fewShot;
  private final List<String> lines = new ArrayList<>();

  private ScoresCsv(boolean fewShot) {
    this.fewShot = fewShot;
  }

  /** The file's text; lines end with a line feed. */
  public static String of(EvaluationResult evaluation) {
    ScoresCsv csv = new ScoresCsv(FewShotFields.in(evaluation));
    csv.lines.add(csv.fewShot ? HEADER + FEW_SHOT_HEADER : HEADER);
    Map<String, String> metrics = new HashMap<>();
    evaluation
        .getTaskList()
        .forEach(task -> metrics.put(task.getName(), Setting.lower(task.getMetric())));
    for (Score score : evaluation.getScoreList()) {
      JobKey key = score.getJob();
      Setting setting = Setting.of(score.getRun(), key);
      csv.add(
          setting("task", setting),
          List.of(
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
              key.getRecipe().getOrigin()),
          fewShot(metrics.getOrDefault(key.getTask(), ""), setting, ""));
    }
    for (Failure failure : evaluation.getFailureList()) {
      JobKey key = failure.getKey();
      Setting setting = Setting.of(failure.getRun(), key);
      csv.add(
          setting("failed", setting),
          List.of(
              key.getTask(), "", key.getSeed(), "", "", "", "", "", "", "", failure.getReason()),
          fewShot(metrics.getOrDefault(key.getTask(), ""), setting, ""));
    }
    ScoreTable table = ScoreTable.of(evaluation);
    table.rows().forEach(row -> csv.means(table, row));
    return String.join("\n", csv.lines) + "\n";
  }

  private void means(ScoreTable table, Row row) {
    row.perSeed()
        .forEach(
            (seed, means) -> {
              for (int g = 0; g < table.groups().size(); g++) {
                String group = table.groups().get(g);
                mean("group_mean", row, group, seed, Spread.of(List.of(means.groups().get(g))), "");
              }
              mean("mean", row, "", seed, Spread.of(List.of(means.mean())), "");
            });
    for (int g = 0; g < table.groups().size(); g++) {
      String group = table.groups().get(g);
      row.groupMeans()
          .get(g)
          .ifPresent(spread -> mean("group_mean", row, group, ALL_SEEDS, spread, ""));
    }
    Object pe = row.efficiency().isPresent() ? row.efficiency().getAsDouble() : "";
    row.mean().ifPresent(spread -> mean("mean", row, "", ALL_SEEDS, spread, pe));
  }

  private void mean(String kind, Row row, String group, Object seed, Spread spread, Object pe) {
    Object deviation = spread.deviation().isPresent() ? spread.deviation().getAsDouble() : "";
    add(
        setting(kind, row.setting()),
        List.of("", group, seed, spread.mean(), deviation, spread.count(), "", "", "", "", ""),
        fewShot("", row.setting(), pe));
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

  private static List<Object> fewShot(String metric, Setting setting, Object pe) {
    return List.of(metric, setting.quirks(), setting.key().getShots(), pe);
  }

  private void add(List<Object> setting, List<Object> rest, List<Object> ofFewShot) {
    List<Object> all = new ArrayList<>(setting);
    all.addAll(rest);
    if (fewShot) {
      all.addAll(ofFewShot);
    }
    lines.add(all.stream().map(value -> quote(value.toString())).collect(Collectors.joining(",")));
  }

  static String quote(String value) {
    return value.matches("[^\",\r\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
