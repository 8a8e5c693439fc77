package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Scores arranged as papers print them: a row for each setting, a column for each task in the
 * catalog's order, then the groups' means and the benchmark's. Pure; what is not there is said: a
 * task without a score is missing or failed, and a seed that lacks a task is left out of the means
 * with a note, never a task out of a mean.
 *
 * @param columns tasks in the catalog's order
 * @param groups in order of first appearance; a single empty name where the tasks have none
 * @param rows settings, in order of first appearance
 * @param tasksOfBenchmark number of tasks that a complete table has
 */
public record ScoreTable(
    List<Task> columns, List<String> groups, List<Row> rows, int tasksOfBenchmark) {

  /** How a cell came about. */
  public enum Status {
    /** Every seed of the row has a score. */
    SCORED,
    /** Some seeds have one. */
    PARTIAL,
    /** None has, and a job failed. */
    FAILED,
    /** None has; no job is known. */
    MISSING
  }

  /**
   * A task's scores under one setting.
   *
   * @param spread over the seeds that have a score, in [0, 1]; empty if none has
   */
  public record Cell(Status status, Optional<Spread> spread) {}

  /**
   * A setting's line.
   *
   * @param setting of its jobs
   * @param label method, and what sets the row apart from others of that method
   * @param scores that it is made of
   * @param cells for each of the columns
   * @param groupMeans for each of the groups; empty where no seed has all tasks
   * @param mean of the group means, over the seeds that have all tasks
   * @param seeds of its jobs
   * @param trainableParameters mean over the scored tasks
   * @param efficiency PE score of the mean; empty without one, and where tasks have groups, as it
   *     is ELEVATER's score of a plain mean
   * @param perSeed seed to group means and their mean, for complete seeds
   * @param notes on what is missing; empty for a complete row
   */
  public record Row(
      Setting setting,
      String label,
      List<Score> scores,
      List<Cell> cells,
      List<Optional<Spread>> groupMeans,
      Optional<Spread> mean,
      Set<Long> seeds,
      double trainableParameters,
      OptionalDouble efficiency,
      Map<Long, SeedMeans> perSeed,
      List<String> notes) {}

  /**
   * A seed's means, in [0, 1].
   *
   * @param groups for each of the table's groups
   */
  public record SeedMeans(List<Double> groups, double mean) {}

  /** The table of an evaluation. */
  public static ScoreTable of(EvaluationResult evaluation) {
    List<Task> columns = evaluation.getTaskList();
    List<String> groups = columns.stream().map(Task::getGroup).distinct().toList();
    Map<Setting, List<Score>> scores = new LinkedHashMap<>();
    for (Score score : evaluation.getScoreList()) {
      scores
          .computeIfAbsent(Setting.of(score.getRun(), score.getJob()), s -> new ArrayList<>())
          .add(score);
    }
    Map<Setting, List<Score>> rows = new LinkedHashMap<>();
    scores.forEach((setting, of) -> splitByRecipe(setting, of, rows));
    Map<Setting, List<Failure>> failures = new LinkedHashMap<>();
    for (Failure failure : evaluation.getFailureList()) {
      if (failure.hasKey()) {
        Setting setting = Setting.of(failure.getRun(), failure.getKey());
        failures.computeIfAbsent(setting, s -> new ArrayList<>()).add(failure);
        if (!scores.containsKey(setting)) {
          rows.putIfAbsent(setting, List.of());
        }
      }
    }
    Map<Setting, String> labels = labels(rows.keySet());
    List<Row> made = new ArrayList<>();
    rows.forEach(
        (setting, of) -> {
          Setting plain = Setting.of(setting.run(), setting.key());
          made.add(
              new RowBuilder(columns, groups, of, failures.getOrDefault(plain, List.of()))
                  .build(setting, labels.getOrDefault(setting, setting.method())));
        });
    return new ScoreTable(
        List.copyOf(columns), groups, List.copyOf(made), evaluation.getTasksOfBenchmark());
  }

  /** Whether the benchmark's mean is one of group means. */
  public boolean hasGroups() {
    return hasGroups(groups);
  }

  static boolean hasGroups(List<String> groups) {
    return groups.size() > 1 || !groups.equals(List.of(""));
  }

  /** Whether the table holds all tasks of its benchmark, scored or not. */
  public boolean coversBenchmark() {
    return columns.size() >= tasksOfBenchmark;
  }

  /** Jobs of one setting may still differ by hyper-parameters; then they are rows of their own. */
  private static void splitByRecipe(
      Setting setting, List<Score> scores, Map<Setting, List<Score>> rows) {
    Set<String> seen = new HashSet<>();
    boolean ambiguous = false;
    for (Score score : scores) {
      ambiguous |= !seen.add(score.getJob().getTask() + " " + score.getJob().getSeed());
    }
    for (Score score : scores) {
      Setting row = ambiguous ? setting.withRecipe(score.getJob().getRecipe()) : setting;
      rows.computeIfAbsent(row, s -> new ArrayList<>()).add(score);
    }
  }

  /** Method first; then the traits by which rows that are alike in all that has a column differ. */
  private static Map<Setting, String> labels(Set<Setting> settings) {
    Map<List<String>, List<Setting>> alike = new LinkedHashMap<>();
    for (Setting setting : settings) {
      alike
          .computeIfAbsent(
              List.of(
                  setting.method(),
                  setting.protocol(),
                  setting.tuning(),
                  setting.quirks(),
                  setting.shots()),
              key -> new ArrayList<>())
          .add(setting);
    }
    Map<Setting, String> labels = new LinkedHashMap<>();
    alike.values().forEach(group -> labels.putAll(labelsOfAlike(group)));
    return labels;
  }

  /** The run's name says little to a reader, so it is told only where nothing else does. */
  private static Map<Setting, String> labelsOfAlike(List<Setting> settings) {
    Map<Setting, String> labels = new LinkedHashMap<>();
    for (Setting setting : settings) {
      labels.put(setting, label(setting, settings, false));
    }
    if (new HashSet<>(labels.values()).size() < settings.size()) {
      for (Setting setting : settings) {
        labels.put(setting, label(setting, settings, true));
      }
    }
    return labels;
  }

  private static String label(Setting setting, List<Setting> among, boolean withRun) {
    StringBuilder label = new StringBuilder(setting.method());
    setting
        .traits()
        .forEach(
            (name, text) -> {
              boolean differs =
                  among.stream().anyMatch(other -> !text.equals(other.traits().get(name)));
              if (differs && (withRun || !name.equals(Setting.RUN))) {
                label.append(", ").append(name).append(' ').append(text);
              }
            });
    return label.toString();
  }
}
