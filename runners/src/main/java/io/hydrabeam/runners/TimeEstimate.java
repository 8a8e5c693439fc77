package io.hydrabeam.runners;

import io.hydrabeam.pipelines.train.TrainPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * How long work takes, roughly, by the {@link ImageRates} of all jobs side by side.
 *
 * @param preprocessSeconds of storing the images that are not stored yet
 * @param trainSeconds of all trainings
 * @param evaluateSeconds of scoring each on its test split
 */
record TimeEstimate(double preprocessSeconds, double trainSeconds, double evaluateSeconds) {

  /** A core's seconds to read, resize and compress an image: fixed, and for each stored byte. */
  private static final double IMAGE_SECONDS = 0.5e-3;

  private static final double BYTE_SECONDS = 60e-9;

  private static final int START_SECONDS = 3;

  /** Of each stage: its pipeline's start and its commit. */
  private static final int PIPELINE_SECONDS = 4;

  /**
   * Of some work.
   *
   * @param jobs that are not finished
   * @param again how often the jobs' epochs are trained, with those of and after a tuning
   * @param unprepared images that are to be stored first
   * @param cores that preprocess
   * @param slots jobs side by side
   * @param rates of the plan's model, of all slots
   */
  static TimeEstimate of(
      List<JobWork> jobs,
      ModelCost cost,
      double again,
      long unprepared,
      int cores,
      int slots,
      ImageRates rates) {
    double store = (IMAGE_SECONDS + BYTE_SECONDS * cost.rawBytes()) / cores;
    double train = again * trainSeconds(jobs, slots, rates);
    double evaluate = jobs.stream().mapToDouble(job -> job.evaluateSeconds(rates, slots)).sum();
    double alone = jobs.stream().mapToDouble(job -> job.aloneSeconds(rates, slots)).max().orElse(0);
    return new TimeEstimate(
        PIPELINE_SECONDS + unprepared * store,
        PIPELINE_SECONDS + train,
        PIPELINE_SECONDS + Math.max(evaluate, alone));
  }

  /** How often a plan's epochs are trained in all. */
  static double again(TrainPlan plan) {
    long listed = plan.jobs().stream().mapToLong(job -> job.getKey().getRecipe().getEpochs()).sum();
    return listed == 0 ? 1 : (double) plan.epochs() / listed;
  }

  /** All stages, with the start of the program. */
  double totalSeconds() {
    return START_SECONDS + preprocessSeconds + trainSeconds + evaluateSeconds;
  }

  /** Until the last slot is free, if each takes the next job when it is. */
  private static double trainSeconds(List<JobWork> jobs, int slots, ImageRates rates) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int slot = 0; slot < slots; slot++) {
      free.add(0.0);
    }
    Map<Object, Integer> graphs = new HashMap<>();
    double last = 0;
    for (JobWork job : jobs) {
      // Graphs are kept, one for each slot.
      boolean first = graphs.merge(job.graph(), 1, Integer::sum) <= slots;
      double end =
          free.remove() + job.trainSeconds(rates, slots) + (first ? rates.trainStart() : 0);
      free.add(end);
      last = Math.max(last, end);
    }
    return last;
  }
}
