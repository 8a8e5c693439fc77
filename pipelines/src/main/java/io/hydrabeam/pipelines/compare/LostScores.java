package io.hydrabeam.pipelines.compare;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Scores that the baseline has and that failed in the candidate: an adapter that cannot be read any
 * more is worse than any other, and no chance is involved.
 */
final class LostScores {

  private LostScores() {}

  /** A line for each, with the reason. */
  static List<String> of(EvaluationResult baseline, EvaluationResult candidate) {
    List<String> lines = new ArrayList<>();
    ScoreTable table = ScoreTable.of(baseline);
    for (Failure failure : candidate.getFailureList()) {
      if (failure.hasKey()) {
        find(table, failure.getKey())
            .ifPresent(
                found ->
                    lines.add(
                        String.format(
                            Locale.ROOT,
                            "%s, %s: seed %d had %.2f and has no score any more: %s",
                            found.score().getJob().getTask(),
                            found.label(),
                            found.score().getJob().getSeed(),
                            SeedPair.POINTS * found.score().getScore(),
                            failure.getReason())));
      }
    }
    return lines;
  }

  private record Found(String label, Score score) {}

  private static Optional<Found> find(ScoreTable baseline, JobKey failed) {
    for (ScoreTable.Row row : baseline.rows()) {
      for (Score score : row.scores()) {
        JobKey job = score.getJob();
        if (job.getTask().equals(failed.getTask())
            && job.getMethod() == failed.getMethod()
            && job.getShots() == failed.getShots()
            && job.getSeed() == failed.getSeed()) {
          return Optional.of(new Found(row.label(), score));
        }
      }
    }
    return Optional.empty();
  }
}
