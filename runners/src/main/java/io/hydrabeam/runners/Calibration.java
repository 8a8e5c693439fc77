package io.hydrabeam.runners;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.benchmark.Pace;
import io.hydrabeam.model.benchmark.SpeedTest;
import io.hydrabeam.model.benchmark.Workload;
import io.hydrabeam.pipelines.train.JobConfigs;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.TrainingJob;
import java.util.List;
import java.util.Optional;

/**
 * Measures for some seconds how fast this machine does a plan's work: what is trained, with as many
 * jobs side by side, on random weights and images.
 *
 * @param model its sizes
 * @param tokens of a text, mean with padding; 0 for images
 * @param runtime device and threads of a job
 * @param slots jobs side by side
 */
record Calibration(BackboneConfig model, int tokens, TensorFlowRuntime runtime, int slots) {

  /** What the measured steps should take together: less says little where others compute too. */
  private static final double SECONDS = 3;

  private static final int STEPS_LEAST = 2;
  private static final int STEPS_MOST = 300;

  /** Batches above that are cut, so that a step of a large model takes seconds, not a minute. */
  private static final double OPERATIONS_OF_A_STEP = 3e11;

  private static final int BATCH_LEAST = 4;

  /**
   * Measures what the jobs need.
   *
   * @param jobs at least one
   * @param evaluateBatch records that are classified at once
   */
  ImageRates of(List<TrainingJob> jobs, int evaluateBatch) throws InterruptedException {
    Pace forward = pace(jobs.get(0).getKey(), Workload.Kind.EVALUATE, evaluateBatch, 1, slots);
    return ImageRates.of(forward, training(jobs, Method.HYDRA), training(jobs, Method.FULL));
  }

  private Optional<Pace> training(List<TrainingJob> jobs, Method method)
      throws InterruptedException {
    for (TrainingJob job : jobs) {
      if (job.getKey().getMethod() == method) {
        int batch = job.getKey().getRecipe().getBatch();
        // Fewer jobs than slots do not slow each other down as much.
        int busy = Math.min(slots, jobs.size());
        Pace pace = pace(job.getKey(), Workload.Kind.TRAIN, batch, Workload.passes(method), busy);
        return Optional.of(
            new Pace(
                pace.imagesPerSecond() * slots / busy, pace.stepSeconds(), pace.startSeconds()));
      }
    }
    return Optional.empty();
  }

  private Pace pace(JobKey key, Workload.Kind kind, int batch, int passes, int busy)
      throws InterruptedException {
    double fits = OPERATIONS_OF_A_STEP / (passes * ModelCost.of(model, tokens).operations());
    int cut = (int) Math.min(batch, Math.max(BATCH_LEAST, fits));
    Pace first = SpeedTest.pace(workload(key, cut, busy, STEPS_LEAST), kind);
    double wanted = SECONDS / first.stepSeconds();
    if (wanted <= STEPS_LEAST) {
      return first;
    }
    int steps = (int) Math.min(STEPS_MOST, Math.ceil(wanted));
    // The first one's start includes what TensorFlow does once in a process.
    return SpeedTest.pace(workload(key, cut, busy, steps), kind);
  }

  private Workload workload(JobKey key, int batch, int busy, int steps) {
    HydraConfig hydra = JobConfigs.hydra(key);
    return new Workload(
        model,
        tokens,
        key.getMethod(),
        hydra,
        key.getClasses(),
        batch,
        key.getPrecision(),
        runtime,
        busy,
        /* warmUp= */ 1,
        steps);
  }
}
