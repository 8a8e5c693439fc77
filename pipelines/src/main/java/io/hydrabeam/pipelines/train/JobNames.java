package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.TrainingJob;
import java.util.Locale;

/** How a job is called in lines for people. */
final class JobNames {
  private JobNames() {}

  /** As in {@code dtd hydra seed 0 (3f2a9c1e5b7d8a60)}; a tuning's candidates say their place. */
  static String of(TrainingJob job) {
    JobKey key = job.getKey();
    String candidate =
        job.getTuningGroup().isEmpty() ? "" : " candidate " + (job.getTuningOrder() + 1);
    return "%s %s seed %d%s (%s)"
        .formatted(
            key.getTask(),
            key.getMethod().name().toLowerCase(Locale.ROOT),
            key.getSeed(),
            candidate,
            job.getJobId());
  }
}
