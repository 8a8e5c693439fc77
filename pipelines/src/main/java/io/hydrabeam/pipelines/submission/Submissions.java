package io.hydrabeam.pipelines.submission;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The leaderboard's files of an evaluation, for few-shot rows of benchmarks in the layout of
 * ELEVATER: {@code submission/<row>/seed<S>_<data set>.json} for each job, and {@code
 * submission/<row>/all_predictions.zip} where all tasks of the benchmark have all seeds.
 *
 * <p>Predictions are read twice, once to check them and once to write; those of one image are in
 * memory at a time. What breaks a rule is not written, and a note says why.
 */
public final class Submissions {
  private static final String ZIP = "all_predictions.zip";
  private static final String MEMBER = "all_predictions.json";
  private static final int BUFFER_BYTES = 1 << 16;

  /** Tasks that a note lists by name. */
  private static final int NAMED = 5;

  private final EvaluationResult evaluation;
  private final Map<String, DatasetInfo> infos;
  private final ArtifactCommit commit;

  /** By run and id. */
  private final Map<String, EvaluatedJob> jobs = new HashMap<>();

  private final Set<String> folders = new HashSet<>();
  private final List<String> notes = new ArrayList<>();

  private Submissions(
      EvaluationResult evaluation, Map<String, DatasetInfo> infos, ArtifactCommit commit) {
    this.evaluation = evaluation;
    this.infos = infos;
    this.commit = commit;
  }

  /**
   * Writes what there is to submit.
   *
   * @param jobs that were scored, with their predictions still under their temporary names
   * @param infos of the tasks' test data, by name
   * @param commit of the evaluation's folder, which receives the files
   * @return what the reader should know of them, a line each
   */
  public static List<String> write(
      EvaluationResult evaluation,
      List<EvaluatedJob> jobs,
      Map<String, DatasetInfo> infos,
      ArtifactCommit commit)
      throws IOException {
    if (evaluation.getLayout() != Layout.VISION_DATASETS) {
      return List.of();
    }
    Submissions submissions = new Submissions(evaluation, infos, commit);
    jobs.forEach(job -> submissions.jobs.put(id(job.getScore()), job));
    for (Row row : ScoreTable.of(evaluation).rows()) {
      if (row.setting().key().getShots() != 0 && !row.scores().isEmpty()) {
        submissions.write(row);
      }
    }
    return submissions.notes;
  }

  private void write(Row row) throws IOException {
    String folder = "submission/" + folderName(row);
    List<List<SubmissionEntry>> datasets = new ArrayList<>();
    boolean refused = false;
    for (List<SubmissionEntry> seeds : entries(row)) {
      try {
        check(seeds);
      } catch (SubmissionException e) {
        notes.add("%s: not written for %s".formatted(folder, e.getMessage()));
        refused = true;
        continue;
      }
      datasets.add(seeds);
      for (SubmissionEntry entry : seeds) {
        try (OutputStream out = create(folder + '/' + entry.fileName())) {
          SubmissionJson.single(entry, out);
        }
      }
    }
    List<String> lacking = lacking(row);
    if (refused || !lacking.isEmpty()) {
      notes.add(
          "%s: no %s, as it takes all tasks and seeds%s"
              .formatted(
                  folder, ZIP, lacking.isEmpty() ? "" : "; there is none of " + some(lacking)));
      return;
    }
    zip(folder, datasets);
    if (row.setting().key().getShots() > 0
        && !(row.setting().key().getShots() == 5 && row.seeds().equals(Set.of(0L, 1L, 2L)))) {
      notes.add(
          "%s: the leaderboard's few-shot track takes 5 shots and seeds 0, 1, 2; this has %s and %s"
              .formatted(folder, row.setting().shots(), row.seeds()));
    }
  }

  private void zip(String folder, List<List<SubmissionEntry>> datasets) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(create(folder + '/' + ZIP))) {
      ZipEntry member = new ZipEntry(MEMBER);
      // Never the clock: the same evaluation makes the same file.
      member.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      zip.putNextEntry(member);
      SubmissionJson.combined(datasets, zip);
      zip.closeEntry();
    }
  }

  private OutputStream create(String name) throws IOException {
    return new BufferedOutputStream(commit.create(name), BUFFER_BYTES);
  }

  /** The row's jobs by task, in the benchmark's order; seeds ascending. */
  private List<List<SubmissionEntry>> entries(Row row) {
    Map<String, List<SubmissionEntry>> byTask = new LinkedHashMap<>();
    for (Task task : evaluation.getTaskList()) {
      for (Score score : row.scores()) {
        EvaluatedJob job = jobs.get(id(score));
        DatasetInfo info = infos.get(task.getName());
        if (score.getJob().getTask().equals(task.getName()) && job != null && info != null) {
          byTask
              .computeIfAbsent(task.getName(), name -> new ArrayList<>())
              .add(SubmissionEntry.of(row.label(), task, job, score.getImages()));
        }
      }
    }
    byTask.values().forEach(seeds -> seeds.sort(Comparator.comparing(SubmissionEntry::seed)));
    return List.copyOf(byTask.values());
  }

  private static void check(List<SubmissionEntry> seeds) throws IOException, SubmissionException {
    SubmissionRules.agree(seeds);
    for (SubmissionEntry entry : seeds) {
      SubmissionRules rules = new SubmissionRules(entry);
      try (PredictionRows rows =
          new PredictionRows(entry.predictions(), entry.task().getClasses())) {
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

  private static String some(List<String> all) {
    String named = String.join(", ", all.subList(0, Math.min(NAMED, all.size())));
    return all.size() <= NAMED ? named : "%s and %d more".formatted(named, all.size() - NAMED);
  }

  /**
   * As {@code hydra-rank-2-5-shots-paper-tune-sweep-quirks-seed}; a number sets apart rows of one
   * name.
   */
  private String folderName(Row row) {
    var setting = row.setting();
    String text =
        "%s %s shots %s tune %s quirks %s"
            .formatted(
                row.label(),
                setting.shots(),
                setting.protocol(),
                setting.tuning(),
                setting.quirks());
    String name =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-").replaceAll("^-|-$", "");
    String unique = name;
    for (int i = 2; !folders.add(unique); i++) {
      unique = name + '-' + i;
    }
    return unique;
  }

  private static String id(Score score) {
    return score.getRun() + '/' + score.getJobId();
  }
}
