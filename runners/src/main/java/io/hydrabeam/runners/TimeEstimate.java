package io.hydrabeam.runners;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.TrainingJob;

/**
 * How long a plan takes, roughly, by the {@link ImageRates} of all cores together. What is finished
 * already still counts.
 *
 * @param preprocessSeconds of storing the images that are not stored yet
 * @param trainSeconds of all trainings
 * @param evaluateSeconds of scoring each on its test split
 */
record TimeEstimate(double preprocessSeconds, double trainSeconds, double evaluateSeconds) {

  /** A core's seconds to read, resize and compress an image: fixed, and for each stored byte. */
  private static final double IMAGE_SECONDS = 0.5e-3;

  private static final double BYTE_SECONDS = 60e-9;

  /** Starting the program, and a pipeline for each stage. */
  private static final int START_SECONDS = 15;

  /**
   * Of all jobs of a plan; the trainings of and after a tuning count by their epochs.
   *
   * @param unprepared images that are to be stored first
   * @param cores that work side by side
   * @param rates of the plan's model on them
   */
  static TimeEstimate of(TrainPlan plan, long unprepared, int cores, ImageRates rates) {
    VitConfig vit = plan.vit();
    double train = 0;
    double evaluate = 0;
    for (TrainingJob job : plan.jobs()) {
      train += seconds(job, plan, rates);
      evaluate += plan.images(job, Splits.TEST) / rates.forward();
    }
    long listed = plan.jobs().stream().mapToLong(job -> job.getKey().getRecipe().getEpochs()).sum();
    double again = listed == 0 ? 1 : (double) plan.epochs() / listed;
    double bytes = (double) vit.imageSize() * vit.imageSize() * RgbImage.CHANNELS;
    double store = (IMAGE_SECONDS + BYTE_SECONDS * bytes) / cores;
    return new TimeEstimate(unprepared * store, train * again, evaluate);
  }

  /** All stages, with the start of the program. */
  double totalSeconds() {
    return START_SECONDS + preprocessSeconds + trainSeconds + evaluateSeconds;
  }

  private static double seconds(TrainingJob job, TrainPlan plan, ImageRates rates) {
    JobKey key = job.getKey();
    double seen = (double) plan.steps(job) * key.getRecipe().getBatch();
    if (key.getMethod() == Method.LINEAR && key.getRecipe().getDropPath() == 0) {
      // Features are computed once.
      return plan.images(job, key.getTrainSplit()) / rates.forward();
    }
    return switch (key.getMethod()) {
      case LINEAR -> seen / rates.forward();
      case FULL -> seen / rates.full();
      default -> seen / rates.adapted();
    };
  }
}
