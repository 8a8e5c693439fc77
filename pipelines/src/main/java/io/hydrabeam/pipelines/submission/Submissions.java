package io.hydrabeam.pipelines.submission;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Layout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The files that others score an evaluation by, in {@code submission/<row>/}: of benchmarks in the
 * layout of ELEVATER those of its leaderboard, of sentences those of GLUE's server.
 *
 * <p>Predictions are read twice, once to check them and once to write; those of one record are in
 * memory at a time. What breaks a rule is not written, and a note says why.
 */
public final class Submissions {

  private Submissions() {}

  /**
   * Writes what there is to submit.
   *
   * @param jobs that were scored, with their predictions still under their temporary names
   * @param infos of the tasks' test data, by name; hidden records are a split of theirs
   * @param commit of the evaluation's folder, which receives the files
   * @return what the reader should know of them, a line each
   */
  public static List<String> write(
      EvaluationResult evaluation,
      List<EvaluatedJob> jobs,
      Map<String, DatasetInfo> infos,
      ArtifactCommit commit)
      throws IOException {
    List<String> notes = new ArrayList<>();
    SubmissionFiles files = new SubmissionFiles(commit);
    ScoredJobs scored = new ScoredJobs(jobs);
    for (Row row : ScoreTable.of(evaluation).rows()) {
      if (evaluation.getLayout() == Layout.VISION_DATASETS) {
        notes.addAll(new ElevaterSubmission(evaluation, infos, scored, files).write(row));
      } else if (evaluation.getLayout() == Layout.SENTENCE_TABLES) {
        notes.addAll(new GlueSubmission(evaluation, infos, scored, files).write(row));
      }
    }
    return notes;
  }
}
