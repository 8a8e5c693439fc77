package io.hydrabeam.runners;

import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.train.TrainingMemory;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * What a plan leaves to be done on this machine.
 *
 * @param open jobs that are not finished
 * @param work of these, in the same order
 * @param finished jobs that are
 * @param again how often the open jobs' epochs are trained, with those of and after a tuning
 * @param slots jobs side by side
 * @param memory of the largest job
 */
record PlannedWork(
    TrainPlan plan,
    List<TrainingJob> open,
    List<JobWork> work,
    int finished,
    double again,
    int slots,
    TrainingMemory memory) {

  private static final double MEASURED_FROM_SECONDS = 600;

  /** Of sentences that nobody has counted. */
  private static final int TOKENS_UNKNOWN = 64;

  /** Of a plan that was made from these options; with {@code --force} nothing is finished. */
  static PlannedWork of(TrainPlan plan, TrainOptions options) {
    Set<TrainingJob> finished;
    try {
      finished = options.isForce() ? Set.of() : plan.finished();
    } catch (IOException e) {
      throw HydraException.io("read", plan.runFolder(), e);
    }
    // Evaluation's options have their defaults where a command has none of them.
    int ablationImages = options.as(EvaluateOptions.class).getAblationImages();
    List<TrainingJob> open = plan.jobs().stream().filter(job -> !finished.contains(job)).toList();
    return new PlannedWork(
        plan,
        open,
        open.stream().map(job -> JobWork.of(job, plan, ablationImages)).toList(),
        finished.size(),
        TimeEstimate.again(plan),
        TrainPipeline.slots(plan, options),
        plan.memory(options.getStack()));
  }

  ModelCost cost() {
    return ModelCost.of(plan.model(), tokens());
  }

  /** Of a text, mean with padding; 0 for images. */
  private int tokens() {
    if (!(plan.model() instanceof RobertaConfig roberta)) {
      return 0;
    }
    double known = plan.meanTokens();
    return (int) Math.min(roberta.context(), Math.ceil(known > 0 ? known : TOKENS_UNKNOWN));
  }

  /** Trainings that are still to be done, those of a tuning included. */
  long trainings() {
    return plan.trainings() - finished;
  }

  /** Images that pass the network in training. */
  long imageSteps() {
    return Math.round(again * work.stream().mapToLong(JobWork::imageSteps).sum());
  }

  /** Floating-point operations of the trainings. */
  double operations() {
    return again * work.stream().mapToDouble(job -> job.operations(cost())).sum();
  }

  /** Memory outside the Java heap with all slots in use. */
  long workerBytes() {
    return memory.shared() + slots * memory.each();
  }

  /**
   * How long it takes.
   *
   * @param unprepared images that are to be stored first
   */
  TimeEstimate time(long unprepared, ImageRates rates) {
    int cores = Runtime.getRuntime().availableProcessors();
    return TimeEstimate.of(work, cost(), again, unprepared, cores, slots, rates);
  }

  /** Rates without measuring: those that another machine reached. */
  ImageRates rough(TrainOptions options) {
    return ImageRates.rough(cost(), slots * options.getThreads());
  }

  /** Whether the trainings take so long that measuring first costs next to nothing. */
  boolean outlastsMeasuring(TrainOptions options) {
    return time(0, rough(options)).trainSeconds() > MEASURED_FROM_SECONDS;
  }

  /** Measures for some seconds. Nothing where nothing is open. */
  ImageRates measured(TrainOptions options) throws InterruptedException {
    if (open.isEmpty()) {
      return rough(options);
    }
    TensorFlowRuntime runtime = new TensorFlowRuntime(options.getDevice(), options.getThreads());
    return new Calibration(plan.model(), tokens(), runtime, slots)
        .of(open, options.as(EvaluateOptions.class).getEvalBatch());
  }
}
