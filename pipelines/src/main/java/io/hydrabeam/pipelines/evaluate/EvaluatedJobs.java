package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Score;
import java.io.IOException;

/** Scores on their way to the commit. */
final class EvaluatedJobs {

  private EvaluatedJobs() {}

  /**
   * A score with the file that its predictions are in.
   *
   * @param path where it is, under a temporary name in the evaluation's folder
   * @param file what it is to be there
   * @param leaderboard whether sizes are told for the benchmark's leaderboard
   */
  static EvaluatedJob of(
      Score score, JobResult job, String path, StoredFile file, boolean leaderboard)
      throws IOException {
    EvaluatedJob.Builder evaluated =
        EvaluatedJob.newBuilder()
            .setScore(score)
            .setPredictions(path)
            .setName(file.name())
            .setBytes(file.bytes())
            .setSha256(file.sha256());
    if (leaderboard) {
      evaluated
          .setTotalParameters(job.getTotalParameters())
          .setTowerParameters(
              VitParameters.count(BackboneParameters.shapes(MergedModel.config(job).model())));
    }
    return evaluated.build();
  }
}
