package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.HiddenFile;
import io.hydrabeam.protos.HiddenPredictions;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

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

  /**
   * The same with the file of its hidden records' predictions, which its score names.
   *
   * @param path where it is, under a temporary name in the evaluation's folder
   */
  static EvaluatedJob withHidden(EvaluatedJob job, String path, StoredFile file) {
    return job.toBuilder()
        .setHidden(HiddenFile.newBuilder().setPath(path).setBytes(file.bytes()))
        .build();
  }

  /** The files that come with a score, by where they are now. */
  static Map<String, StoredFile> files(EvaluatedJob job) {
    Map<String, StoredFile> files = new LinkedHashMap<>();
    files.put(job.getPredictions(), new StoredFile(job.getName(), job.getBytes(), job.getSha256()));
    if (job.hasHidden()) {
      HiddenPredictions hidden = job.getScore().getHidden();
      files.put(
          job.getHidden().getPath(),
          new StoredFile(hidden.getFile(), job.getHidden().getBytes(), hidden.getSha256()));
    }
    return files;
  }
}
