package io.hydrabeam.pipelines.submission;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of GLUE's server, from the predictions of hidden tables: {@code
 * submission/<row>/CoLA.tsv} and so on, in a folder {@code seed<S>} for each seed where there are
 * several, and {@code submission.zip} where all tables of the benchmark are predicted.
 */
final class GlueSubmission {
  private static final String ZIP = "submission.zip";

  /** What the server also wants, of tasks that the benchmark may not have. */
  private static final List<String> OTHERS = List.of("WNLI.tsv", "AX.tsv");

  private final EvaluationResult evaluation;
  private final Map<String, DatasetInfo> infos;
  private final ScoredJobs jobs;
  private final SubmissionFiles files;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param infos of the tasks' test data, by name; hidden records are a split of theirs
   */
  GlueSubmission(
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
    if (row.scores().stream().noneMatch(Score::hasHidden)) {
      return List.of();
    }
    Map<Long, List<Score>> seeds = new TreeMap<>();
    for (Score score : row.scores()) {
      seeds.computeIfAbsent(score.getJob().getSeed(), seed -> new ArrayList<>()).add(score);
    }
    String folder = files.folder(row);
    boolean zipped = false;
    for (Map.Entry<Long, List<Score>> seed : seeds.entrySet()) {
      String own = seeds.size() == 1 ? folder : folder + "/seed" + seed.getKey();
      zipped |= write(own, seed.getValue());
    }
    if (zipped) {
      tellOthers(folder);
    }
    return notes;
  }

  /** Writes the files of a seed; returns whether all of them are there, and so is the zip. */
  private boolean write(String folder, List<Score> scores) throws IOException {
    Map<String, GlueFile> written = new LinkedHashMap<>();
    List<String> lacking = new ArrayList<>();
    boolean refused = false;
    for (Task task : evaluation.getTaskList()) {
      for (Table table : task.getSentences().getTableList()) {
        if (!table.getSplit().equals(Splits.HIDDEN)) {
          continue;
        }
        List<GlueFile> found = found(task, table, scores);
        if (found.isEmpty()) {
          lacking.add(table.getSubmission());
          continue;
        }
        try {
          check(found);
        } catch (SubmissionException e) {
          notes.add("%s: %s".formatted(folder, e.getMessage()));
          refused = true;
          continue;
        }
        files.write(folder + '/' + table.getSubmission(), found.get(0));
        written.put(table.getSubmission(), found.get(0));
      }
    }
    int others = evaluation.getTasksOfBenchmark() - evaluation.getTaskCount();
    if (others > 0) {
      lacking.add("%d tasks that were not asked for".formatted(others));
    }
    if (refused || !lacking.isEmpty()) {
      notes.add(
          "%s: no %s, as it takes the files of all tasks%s"
              .formatted(
                  folder,
                  ZIP,
                  lacking.isEmpty() ? "" : "; there is none of " + SubmissionFiles.some(lacking)));
      return false;
    }
    files.zip(folder + '/' + ZIP, written);
    return true;
  }

  private static void check(List<GlueFile> found) throws IOException, SubmissionException {
    if (found.size() > 1) {
      throw new SubmissionException(
          "%s is not written: there are %d scores of task %s"
              .formatted(
                  found.get(0).table().getSubmission(),
                  found.size(),
                  found.get(0).task().getName()));
    }
    found.get(0).check();
  }

  /** The files of a table; none where the table was not given, or the seed has no predictions. */
  private List<GlueFile> found(Task task, Table table, List<Score> scores) {
    Optional<SplitInfo> hidden =
        Optional.ofNullable(infos.get(task.getName())).flatMap(ExampleFolder::hidden);
    long rows = hidden.map(split -> split.getTableRowsOrDefault(table.getPart(), 0)).orElse(0L);
    return scores.stream()
        .filter(score -> rows > 0 && score.getJob().getTask().equals(task.getName()))
        .flatMap(score -> jobs.of(score).stream())
        .filter(EvaluatedJob::hasHidden)
        .map(job -> new GlueFile(task, table, job.getHidden().getPath(), rows))
        .toList();
  }

  private void tellOthers(String folder) {
    List<String> names =
        evaluation.getTaskList().stream()
            .flatMap(task -> task.getSentences().getTableList().stream())
            .map(Table::getSubmission)
            .toList();
    List<String> others = OTHERS.stream().filter(other -> !names.contains(other)).toList();
    if (!others.isEmpty()) {
      notes.add(
          "%s: GLUE's server also wants %s, which are not among the tasks: add them to %s"
              .formatted(folder, String.join(" and ", others), ZIP));
    }
  }
}
