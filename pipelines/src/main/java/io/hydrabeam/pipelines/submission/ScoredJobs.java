package io.hydrabeam.pipelines.submission;

import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.Score;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds a score's job, which knows where its predictions are. */
final class ScoredJobs {
  /** By run and id. */
  private final Map<String, EvaluatedJob> jobs = new HashMap<>();

  ScoredJobs(List<EvaluatedJob> jobs) {
    jobs.forEach(job -> this.jobs.put(id(job.getScore()), job));
  }

  /** The job; empty if there is none. */
  Optional<EvaluatedJob> of(Score score) {
    return Optional.ofNullable(jobs.get(id(score)));
  }

  private static String id(Score score) {
    return score.getRun() + '/' + score.getJobId();
  }
}
