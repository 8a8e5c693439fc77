package io.hydrabeam.pipelines.submission;

import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The leaderboard's files of few-shot rows of benchmarks in the layout of ELEVATER: {@code
 * submission/<row>/seed<S>_<data set>.json} for each job, and {@code
 * submission/<row>/all_predictions.zip} where all tasks of the benchmark have all seeds.
 */
final class ElevaterSubmission {
  private static final String ZIP = "all_predictions.zip";
  private static final String MEMBER = "all_predictions.json";

  private final EvaluationResult evaluation;
  private final Map<String, DatasetInfo> infos;
  private final ScoredJobs jobs;
  private final SubmissionFiles files;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param infos of the tasks' test data, by name
   */
  ElevaterSubmission(
      EvaluationResult evaluation,
      Map<String, DatasetInfo> infos,
      ScoredJobs jobs,
      SubmissionFiles files) {
    this.evaluation = evaluation;
    this.infos = infos;
    this.jobs = jobs;
    this.files = files;
  }

  /** Writes a row's files and returns what is to be known of them. */
  List<String> write(Row row) throws IOException {
    if (row.setting().key().getShots() != 0 && !row.scores().isEmpty()) {
      writeFiles(row);
    }
    return notes;
  }

  private void writeFiles(Row row) throws IOException {
    String folder = files.folder(row);
    List<List<ElevaterEntry>> datasets = new ArrayList<>();
    boolean refused = false;
    for (List<ElevaterEntry> seeds : entries(row)) {
      try {
        check(seeds);
      } catch (SubmissionException e) {
        notes.add("%s: not written for %s".formatted(folder, e.getMessage()));
        refused = true;
        continue;
      }
      datasets.add(seeds);
      for (ElevaterEntry entry : seeds) {
        files.write(folder + '/' + entry.fileName(), out -> ElevaterJson.single(entry, out));
      }
    }
    List<String> lacking = lacking(row);
    if (refused || !lacking.isEmpty()) {
      notes.add(
          "%s: no %s, as it takes all tasks and seeds%s"
              .formatted(
                  folder,
                  ZIP,
                  lacking.isEmpty() ? "" : "; there is none of " + SubmissionFiles.some(lacking)));
      return;
    }
    files.zip(folder + '/' + ZIP, Map.of(MEMBER, out -> ElevaterJson.combined(datasets, out)));
    if (row.setting().key().getShots() > 0
        && !(row.setting().key().getShots() == 5 && row.seeds().equals(Set.of(0L, 1L, 2L)))) {
      notes.add(
          "%s: the leaderboard's few-shot track takes 5 shots and seeds 0, 1, 2; this has %s and %s"
              .formatted(folder, row.setting().shots(), row.seeds()));
    }
  }

  /** The row's jobs by task, in the benchmark's order; seeds ascending. */
  private List<List<ElevaterEntry>> entries(Row row) {
    Map<String, List<ElevaterEntry>> byTask = new LinkedHashMap<>();
    for (Task task : evaluation.getTaskList()) {
      for (Score score : row.scores()) {
        if (score.getJob().getTask().equals(task.getName()) && infos.containsKey(task.getName())) {
          jobs.of(score)
              .ifPresent(
                  job ->
                      byTask
                          .computeIfAbsent(task.getName(), name -> new ArrayList<>())
                          .add(ElevaterEntry.of(row.label(), task, job, score.getImages())));
        }
      }
    }
    byTask.values().forEach(seeds -> seeds.sort(Comparator.comparing(ElevaterEntry::seed)));
    return List.copyOf(byTask.values());
  }

  private static void check(List<ElevaterEntry> seeds) throws IOException, SubmissionException {
    ElevaterRules.agree(seeds);
    for (ElevaterEntry entry : seeds) {
      ElevaterRules rules = new ElevaterRules(entry);
      try (ElevaterRows rows = new ElevaterRows(entry.predictions(), entry.task().getClasses())) {
        while (rows.next()) {
          rules.row(rows.place(), rows.probabilities());
        }
      }
      rules.end();
    }
  }

  /** The tasks, or seeds of tasks, that the row has no score of. */
  private List<String> lacking(Row row) {
    List<String> lacking = new ArrayList<>();
    Set<String> scored = new HashSet<>();
    row.scores().forEach(s -> scored.add(s.getJob().getTask() + ' ' + s.getJob().getSeed()));
    for (Task task : evaluation.getTaskList()) {
      for (long seed : row.seeds()) {
        if (!scored.contains(task.getName() + ' ' + seed)) {
          lacking.add("%s seed %d".formatted(task.getName(), seed));
        }
      }
    }
    int others = evaluation.getTasksOfBenchmark() - evaluation.getTaskCount();
    if (others > 0) {
      lacking.add("%d tasks that were not asked for".formatted(others));
    }
    return lacking;
  }
}
