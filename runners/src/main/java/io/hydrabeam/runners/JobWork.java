package io.hydrabeam.runners;

import io.hydrabeam.model.benchmark.Workload;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.TrainingJob;
import java.util.List;

/**
 * Images that pass the network for a job.
 *
 * @param method that the job trains with
 * @param graph what jobs have in common that one graph can train
 * @param trained in steps, each as often as it is seen; 0 where only a head is trained
 * @param forward in training, without a step: features of a head alone, and scorings between epochs
 * @param headSteps of a head alone
 * @param test of the split that the job is evaluated on
 * @param ablation in the same evaluation, for its branches' shares
 */
record JobWork(
    Method method,
    Object graph,
    long trained,
    long forward,
    long headSteps,
    long test,
    long ablation) {

  /** A step of a head alone, which is a small product. */
  private static final double HEAD_STEP_SECONDS = 0.3e-3;

  /** Both kinds of branches, and each kind alone. */
  private static final int ABLATIONS = 3;

  /**
   * Of a job.
   *
   * @param ablationImages as in the evaluation's option
   */
  static JobWork of(TrainingJob job, TrainPlan plan, int ablationImages) {
    JobKey key = job.getKey();
    long steps = plan.steps(job);
    long seen = steps * key.getRecipe().getBatch();
    boolean head = key.getMethod() == Method.LINEAR;
    boolean once =
        head && key.getRecipe().getDropPath() == 0 && key.getRecipe().getBodyDropout() == 0;
    long forward = once ? plan.images(job, key.getTrainSplit()) : head ? seen : 0;
    if (!key.getEvalSplit().isEmpty()) {
      int every = Math.max(1, key.getEvalEveryEpochs());
      long scorings = (key.getRecipe().getEpochs() + every - 1L) / every;
      forward += (once ? 1 : scorings) * plan.images(job, key.getEvalSplit());
    }
    long test = plan.images(job, Splits.TEST);
    boolean ablated =
        ablationImages > 0 && key.getMethod() == Method.HYDRA && key.getBranches() == Branches.BOTH;
    return new JobWork(
        key.getMethod(),
        List.of(key.getMethod(), key.getClasses(), key.getRecipe().getBatch(), key.getRank()),
        head ? 0 : seen,
        forward,
        head ? steps : 0,
        test,
        ablated ? (long) ABLATIONS * Math.min(test, ablationImages) : 0);
  }

  /** Images of the training, each as often as it passes the network. */
  long imageSteps() {
    return trained + forward;
  }

  /** Floating-point operations of the training. */
  double operations(ModelCost cost) {
    return cost.operations() * (forward + Workload.passes(method) * trained);
  }

  /** Seconds of all slots together for training and evaluation, without starts. */
  double seconds(ImageRates rates, int slots) {
    return trainSeconds(rates, slots) / slots + (test + ablation) / rates.forward();
  }

  /**
   * Seconds of the training in one of the slots that reach the rates together, without its start.
   */
  double trainSeconds(ImageRates rates, int slots) {
    double rate = method == Method.FULL ? rates.full() : rates.adapted();
    return slots * (trained / rate + forward / rates.forward()) + headSteps * HEAD_STEP_SECONDS;
  }

  /** Seconds of the evaluation in all of the slots together, models' starts included. */
  double evaluateSeconds(ImageRates rates, int slots) {
    int models = 1 + (ablation > 0 ? ABLATIONS : 0);
    return (test + ablation) / rates.forward() + models * rates.forwardStart() / slots;
  }

  /** Seconds of the longest part of the evaluation that one slot does alone. */
  double aloneSeconds(ImageRates rates, int slots) {
    return ablation == 0
        ? rates.forwardStart()
        : slots * ablation / rates.forward() + ABLATIONS * rates.forwardStart();
  }
}
