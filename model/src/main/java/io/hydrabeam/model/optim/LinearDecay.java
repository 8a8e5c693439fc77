package io.hydrabeam.model.optim;

/**
 * A rate for each step: linearly up from 0 over the first steps, then linearly down to 0 behind the
 * last. As in the original, the first step of a warm-up is made at rate 0.
 *
 * @param baseRate at the end of the warm-up
 * @param warmupSteps 0 for none
 * @param steps of the whole training
 */
public record LinearDecay(double baseRate, long warmupSteps, long steps) {

  public LinearDecay {
    if (warmupSteps < 0 || warmupSteps > steps) {
      throw new IllegalArgumentException(
          "warmupSteps (%d) must be in 0..%d".formatted(warmupSteps, steps));
    }
  }

  /** One that warms up over a share of the steps, rounded up. */
  public static LinearDecay of(double baseRate, double warmupShare, long steps) {
    return new LinearDecay(baseRate, (long) Math.ceil(steps * warmupShare), steps);
  }

  /** Rate of a step, counted from 0. */
  public double rate(long step) {
    if (step < warmupSteps) {
      return baseRate * step / warmupSteps;
    }
    return baseRate * Math.max(0, steps - step) / Math.max(1, steps - warmupSteps);
  }
}
