package io.hydrabeam.runners;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.TrainingJob;

/**
 * How long a plan takes on this machine's CPU, roughly: floating-point operations divided by a rate
 * that was measured on one machine, for all cores together.
 *
 * @param trainingSeconds of all trainings
 * @param evaluationSeconds of scoring each on its test split
 */
record TimeEstimate(double trainingSeconds, double evaluationSeconds) {

  /** Operations a second and core that wide models reach in 32 bits, measured with ViT-B/16. */
  private static final double WIDE_RATE = 75e9;

  /** Width at which a model reaches half of that: small matrices leave the core waiting. */
  private static final double HALF_RATE_WIDTH = 96;

  private static final int START_SECONDS = 15;

  /** Of all jobs of a plan; the trainings after a tuning count as one more candidate each. */
  static TimeEstimate of(TrainPlan plan) {
    double perSecond = rate(plan.vit()) * Runtime.getRuntime().availableProcessors();
    double image = imageOperations(plan.vit());
    double training = 0;
    double evaluation = 0;
    for (TrainingJob job : plan.jobs()) {
      JobKey key = job.getKey();
      double images = (double) plan.steps(job) * key.getRecipe().getBatch();
      training += images * image * passes(key.getMethod()) / perSecond;
      evaluation +=
          plan.imagesOfSplit().getOrDefault(key.getTask() + "/" + Splits.TEST, 0L)
              * image
              / perSecond;
    }
    double again = plan.jobs().isEmpty() ? 1 : (double) plan.trainings() / plan.jobs().size();
    return new TimeEstimate(training * again, evaluation);
  }

  /** With the start of the program and its pipelines. */
  double totalSeconds() {
    return START_SECONDS + trainingSeconds + evaluationSeconds;
  }

  /** Forward passes' worth of work that a training step does for each image. */
  private static double passes(Method method) {
    return switch (method) {
      case LINEAR -> 1;
      case FULL -> 3;
      // Forward and the gradients of activations; the frozen weights need none.
      default -> 2;
    };
  }

  private static double rate(VitConfig vit) {
    return WIDE_RATE * vit.width() / (vit.width() + HALF_RATE_WIDTH);
  }

  /** Floating-point operations of a forward pass: 35.1e9 for ViT-B/16 at 224 pixels. */
  static double imageOperations(VitConfig vit) {
    double tokens = vit.tokens();
    double width = vit.width();
    double products = 4 * width * width + 2 * width * vit.mlpWidth();
    double attention = 2 * tokens * width;
    double patch = 3.0 * vit.patchSize() * vit.patchSize() * width;
    return 2 * tokens * (vit.depth() * (products + attention) + patch);
  }
}
