package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * What adapters of tasks that name a {@code start_task} start from, as {@code --startAdapter} says.
 *
 * @param used whether they start from that task's adapter at all
 * @param given a finished training whose adapter they take, with its folder; empty where it is
 *     trained by the same command
 */
record AdapterStart(boolean used, Optional<JobResult> given) {

  /** Value of the option: that task's own training of the same seed and settings. */
  static final String AUTO = "auto";

  /** That task's own training of the same seed and settings. */
  static final AdapterStart TRAINED = new AdapterStart(true, Optional.empty());

  private static final String NONE = "none";

  /**
   * As the option says.
   *
   * @throws HydraException usage, if it names a folder that holds no finished training
   */
  static AdapterStart of(String option) {
    return switch (option) {
      case AUTO -> TRAINED;
      case NONE -> new AdapterStart(false, Optional.empty());
      default -> new AdapterStart(true, Optional.of(finished(option)));
    };
  }

  private static JobResult finished(String folder) {
    String path = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
    try {
      return ArtifactFolder.at(path)
          .read(JobResult.getDefaultInstance())
          .map(result -> result.toBuilder().setFolder(path).build())
          .orElseThrow(
              () ->
                  HydraException.usage(
                      "--startAdapter=%s is no finished training, as it has no %s; wanted is a folder <runs>/<runId>/<task>/<jobId>, auto or none"
                          .formatted(folder, ArtifactFolder.MARKER)));
    } catch (IOException e) {
      throw HydraException.io("read", path, e);
    }
  }

  /** What all trainings of a run have in common of it, for the run's name. */
  String runText() {
    return given.map(JobResult::getJobId).orElse(used ? "" : NONE);
  }

  /**
   * The given training, if a task's adapters can start from it.
   *
   * @param key of a training of the task
   * @throws HydraException usage, telling why they cannot
   */
  JobResult givenFor(Task task, JobKey key) {
    JobResult start = given.orElseThrow();
    JobKey of = start.getKey();
    if (of.getMethod() != Method.HYDRA
        || !of.getTask().equals(task.getStartTask())
        || !of.getBenchmark().equals(key.getBenchmark())) {
      throw HydraException.usage(
          "--startAdapter=%s is of %s %s, method %s; %s starts from an adapter of %s %s"
              .formatted(
                  start.getFolder(),
                  of.getBenchmark(),
                  of.getTask(),
                  of.getMethod().name().toLowerCase(Locale.ROOT),
                  task.getName(),
                  key.getBenchmark(),
                  task.getStartTask()));
    }
    if (!of.getBackboneHash().equals(key.getBackboneHash())) {
      throw HydraException.usage(
          "--startAdapter=%s was trained on another backbone (hash %.12s) than that of --backbone (hash %.12s)"
              .formatted(start.getFolder(), of.getBackboneHash(), key.getBackboneHash()));
    }
    requireAlike(task, of, key);
    return start;
  }

  /**
   * Fails unless two trainings' adapters have the same shapes and the same scale.
   *
   * @throws HydraException usage
   */
  static void requireAlike(Task task, JobKey start, JobKey key) {
    HydraConfig of = withoutDropout(JobConfigs.hydra(start));
    HydraConfig wanted = withoutDropout(JobConfigs.hydra(key));
    if (!of.equals(wanted)) {
      throw HydraException.usage(
          "%s cannot start from the adapter of %s: that is %s, its own is %s"
              .formatted(task.getName(), start.getTask(), text(of), text(wanted)));
    }
  }

  private static HydraConfig withoutDropout(HydraConfig hydra) {
    return new HydraConfig(
        hydra.rank(),
        hydra.sequentialRank(),
        hydra.scale(),
        0,
        hydra.bias(),
        hydra.branches(),
        hydra.sites());
  }

  private static String text(HydraConfig hydra) {
    return "rank %d and %d, scale %s, %s, branches %s at %s"
        .formatted(
            hydra.rank(),
            hydra.sequentialRank(),
            hydra.scale(),
            hydra.bias() ? "with biases" : "without biases",
            hydra.branches().name().toLowerCase(Locale.ROOT),
            hydra.sites().toString().toLowerCase(Locale.ROOT));
  }
}
