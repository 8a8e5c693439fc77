package io.hydrabeam.runners;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.TrainingJob;

/**
 * How long a plan takes on this machine's CPU, roughly: floating-point operations divided by a rate
 * that was measured on one machine, for all cores together. What is finished already still counts.
 *
 * @param preprocessSeconds of storing the images that are not stored yet
 * @param trainSeconds of all trainings
 * @param evaluateSeconds of scoring each on its test split
 */
record TimeEstimate(double preprocessSeconds, double trainSeconds, double evaluateSeconds) {

  /** Operations a second and core that wide models reach in 32 bits, measured with ViT-B/16. */
  private static final double WIDE_RATE = 75e9;

  /** Width at which a model reaches half of that: small matrices leave the core waiting. */
  private static final double HALF_RATE_WIDTH = 96;

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
   */
  static TimeEstimate of(TrainPlan plan, long unprepared, int cores) {
    VitConfig vit = plan.vit();
    double image = vit.operations() / (rate(vit) * cores);
    double train = 0;
    double evaluate = 0;
    for (TrainingJob job : plan.jobs()) {
      train += image * passes(job, plan);
      evaluate += image * plan.images(job, Splits.TEST);
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

  /** Forward passes of one image that a training amounts to. */
  private static double passes(TrainingJob job, TrainPlan plan) {
    JobKey key = job.getKey();
    double seen = (double) plan.steps(job) * key.getRecipe().getBatch();
    if (key.getMethod() == Method.LINEAR && key.getRecipe().getDropPath() == 0) {
      return plan.images(job, key.getTrainSplit()); // features are computed once
    }
    return switch (key.getMethod()) {
      case LINEAR -> seen;
      case FULL -> 3 * seen;
      // Forward and the gradients of activations; the frozen weights need none.
      default -> 2 * seen;
    };
  }

  private static double rate(VitConfig vit) {
    return WIDE_RATE * vit.width() / (vit.width() + HALF_RATE_WIDTH);
  }
}
