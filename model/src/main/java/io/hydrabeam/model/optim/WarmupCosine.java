package io.hydrabeam.model.optim;

/**
 * The original's learning-rate schedule, one rate per epoch: linear warm-up from {@link
 * #WARMUP_START}, then a cosine from the base rate towards {@link #FLOOR}.
 *
 * <p>The original steps its scheduler after each epoch with that epoch's index, so epoch e runs at
 * position e − 1: epochs 0 and 1 both run at {@link #WARMUP_START}. Its cosine takes 500 epochs
 * whatever the length of the run, so that 100 epochs end at about 0.91 of the base rate.
 *
 * @param baseRate reached at the end of the warm-up
 * @param warmupEpochs 0 for none
 * @param cosineEpochs half the cosine's period
 */
public record WarmupCosine(double baseRate, int warmupEpochs, int cosineEpochs) {

  /** Rate at position 0. */
  public static final double WARMUP_START = 1e-6;

  /** Rate at and after position {@code cosineEpochs}. */
  public static final double FLOOR = 1e-5;

  public static final int WARMUP_EPOCHS_DEFAULT = 10;
  public static final int COSINE_EPOCHS_DEFAULT = 500;

  public WarmupCosine {
    if (!(baseRate > 0) || Double.isInfinite(baseRate)) {
      throw new IllegalArgumentException(
          "learning rate (%s) must be positive and finite".formatted(baseRate));
    }
    if (warmupEpochs < 0) {
      throw new IllegalArgumentException(
          "warmupEpochs (%d) must not be negative".formatted(warmupEpochs));
    }
    if (cosineEpochs <= 0) {
      throw new IllegalArgumentException(
          "cosineEpochs (%d) must be positive".formatted(cosineEpochs));
    }
  }

  /** Rate in force during {@code epoch}, counted from 0. */
  public double rate(int epoch) {
    if (epoch == 0) {
      return warmupEpochs > 0 ? WARMUP_START : baseRate;
    }
    int position = epoch - 1;
    if (position < warmupEpochs) {
      return WARMUP_START + position * ((baseRate - WARMUP_START) / warmupEpochs);
    }
    if (position >= cosineEpochs) {
      return FLOOR;
    }
    return FLOOR + 0.5 * (baseRate - FLOOR) * (1 + Math.cos(Math.PI * position / cosineEpochs));
  }
}
