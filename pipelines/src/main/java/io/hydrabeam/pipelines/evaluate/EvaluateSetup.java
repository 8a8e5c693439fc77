package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.jobs.JobSlots;
import io.hydrabeam.pipelines.jobs.Retry;
import java.io.IOException;
import java.io.Serializable;

/**
 * How workers evaluate.
 *
 * @param folder of the evaluation, where files are gathered
 * @param model how images are classified
 * @param ablationImages test images that are scored without each kind of branch; 0: none
 * @param jobsAtOnce models at once in a process; 0 for as many as fit
 * @param retry of shards
 * @param canary images of each score that is carried over which are recomputed
 */
record EvaluateSetup(
    String folder, ModelSetup model, int ablationImages, int jobsAtOnce, Retry retry, int canary)
    implements Serializable {

  EvaluateSetup {
    if (jobsAtOnce < 0 || ablationImages < 0 || canary < 0) {
      throw new IllegalArgumentException(
          "jobsAtOnce (%d), ablationImages (%d) and canary (%d) must be 0 or more"
              .formatted(jobsAtOnce, ablationImages, canary));
    }
  }

  /**
   * As the options say.
   *
   * @throws HydraException usage, if one is out of range
   */
  static EvaluateSetup from(EvaluateOptions options, String folder) {
    try {
      return new EvaluateSetup(
          folder,
          new ModelSetup(
              options.getEvalBatch(),
              options.getPrecision(),
              options.getDevice(),
              options.getThreads()),
          options.getAblationImages(),
          options.getJobsAtOnce(),
          Retry.of(options.getMaxAttempts()),
          options.getCanary());
    } catch (IllegalArgumentException e) {
      throw new HydraException(HydraException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  TensorFlowRuntime runtime() {
    return model.runtime();
  }

  /**
   * Computes in a slot, again where it fails in a way that may pass, the second time alone.
   *
   * @throws IOException as {@code work} at last
   */
  <T> T attempt(JobSlots.Work<T, IOException> work) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt == 1 ? slots().run(work) : slots().runAlone(work);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        if (!retry.again(e, attempt)) {
          throw e;
        }
        retry.pause(attempt);
      }
    }
  }

  /** The slots that models of this process compute in. */
  JobSlots slots() {
    return JobSlots.of(jobsAtOnce, runtime(), 0, 0);
  }
}
