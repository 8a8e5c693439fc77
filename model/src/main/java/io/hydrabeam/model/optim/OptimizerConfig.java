package io.hydrabeam.model.optim;

import io.hydrabeam.protos.Optimizer;
import io.hydrabeam.protos.Schedule;

/**
 * How weights are changed.
 *
 * @param optimizer the update rule
 * @param learningRate base rate of the schedule
 * @param weightDecay on every trained tensor; decoupled for ADAMW, in the gradient for SGD
 * @param schedule of the rate
 * @param warmupEpochs of WARMUP_COSINE
 * @param cosineEpochs of WARMUP_COSINE
 * @param warmupShare of LINEAR_DECAY: share of all steps, in [0, 1]
 * @param clipNorm largest norm of a step's gradient; 0 for no limit
 */
public record OptimizerConfig(
    Optimizer optimizer,
    double learningRate,
    double weightDecay,
    Schedule schedule,
    int warmupEpochs,
    int cosineEpochs,
    double warmupShare,
    double clipNorm) {

  public OptimizerConfig {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "learning rate (%s) must be positive and finite".formatted(learningRate));
    }
    if (!(warmupShare >= 0 && warmupShare <= 1)) {
      throw new IllegalArgumentException(
          "warmupShare (%s) must be in [0, 1]".formatted(warmupShare));
    }
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException("clipNorm (%s) must not be negative".formatted(clipNorm));
    }
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException(
          "weightDecay (%s) must be finite and not negative".formatted(weightDecay));
    }
  }

  /** Without a warm-up by steps and without clipping, as in the experiments with images. */
  public OptimizerConfig(
      Optimizer optimizer,
      double learningRate,
      double weightDecay,
      Schedule schedule,
      int warmupEpochs,
      int cosineEpochs) {
    this(optimizer, learningRate, weightDecay, schedule, warmupEpochs, cosineEpochs, 0, 0);
  }

  /** The original's GLUE recipe: its library's AdamW, 6 % warm-up, gradients of norm 1 at most. */
  public static OptimizerConfig transformers(double learningRate, double weightDecay) {
    return new OptimizerConfig(
        Optimizer.ADAMW_TRANSFORMERS,
        learningRate,
        weightDecay,
        Schedule.LINEAR_DECAY,
        0,
        1,
        0.06,
        1);
  }

  /** The original's VTAB-1k recipe: AdamW and its schedule. */
  public static OptimizerConfig adamW(double learningRate, double weightDecay) {
    return new OptimizerConfig(
        Optimizer.ADAMW,
        learningRate,
        weightDecay,
        Schedule.WARMUP_COSINE,
        WarmupCosine.WARMUP_EPOCHS_DEFAULT,
        WarmupCosine.COSINE_EPOCHS_DEFAULT);
  }

  /** The original's ELEVATER recipe: SGD with momentum at a constant rate. */
  public static OptimizerConfig sgd(double learningRate, double weightDecay) {
    return new OptimizerConfig(Optimizer.SGD, learningRate, weightDecay, Schedule.CONSTANT, 0, 1);
  }

  /** The same with other numbers. */
  public OptimizerConfig with(double rate, double decay) {
    return new OptimizerConfig(
        optimizer, rate, decay, schedule, warmupEpochs, cosineEpochs, warmupShare, clipNorm);
  }

  /**
   * Whether decay alone makes weights grow without bound at the base rate, whatever the gradients
   * are: it then throws them over zero to more than where they were. With momentum m that is so
   * from a rate times decay of 2·(1 + m) on.
   */
  public boolean mustDiverge() {
    double momentum = optimizer == Optimizer.SGD ? Sgd.MOMENTUM : 0;
    return learningRate * weightDecay > 2 * (1 + momentum);
  }

  /**
   * Rate in force in a step.
   *
   * @param epoch that it belongs to, from 0
   * @param step of all, from 0
   * @param steps of the whole training
   */
  public double rate(int epoch, long step, long steps) {
    return switch (schedule) {
      case WARMUP_COSINE -> new WarmupCosine(learningRate, warmupEpochs, cosineEpochs).rate(epoch);
      case CONSTANT -> learningRate;
      case LINEAR_DECAY -> LinearDecay.of(learningRate, warmupShare, steps).rate(step);
      case UNRECOGNIZED -> throw new IllegalArgumentException("schedule is not known");
    };
  }
}
