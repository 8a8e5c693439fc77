package io.hydrabeam.model.train;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.optim.WarmupCosine;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;

/**
 * Everything that determines a training's result, apart from weights and images.
 *
 * @param vit sizes of the backbone
 * @param method what is trained
 * @param hydra adapters; used by method HYDRA only
 * @param classes of the head
 * @param learningRate base rate of the schedule
 * @param weightDecay decoupled, on every trained tensor
 * @param warmupEpochs of the schedule
 * @param cosineEpochs of the schedule
 * @param epochs passes over the images
 * @param batch images a step; an epoch's remainder is left out, as in the original
 * @param dropPath of the last block, in [0, 1)
 * @param normalization of pixels
 * @param seed of initial weights, order and random layers
 * @param evalEveryEpochs epochs between scorings; 0 for none; the last epoch is always scored
 */
public record TrainerConfig(
    VitConfig vit,
    Method method,
    HydraConfig hydra,
    int classes,
    double learningRate,
    double weightDecay,
    int warmupEpochs,
    int cosineEpochs,
    int epochs,
    int batch,
    double dropPath,
    Normalization normalization,
    long seed,
    int evalEveryEpochs) {

  /** Raised whenever the same configuration would give other numbers. */
  public static final int RECIPE_VERSION = 1;

  public TrainerConfig {
    requirePositive("classes", classes);
    requirePositive("epochs", epochs);
    requirePositive("batch", batch);
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException(
          "weightDecay (%s) must be finite and not negative".formatted(weightDecay));
    }
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException("dropPath (%s) must be in [0, 1)".formatted(dropPath));
    }
    if (evalEveryEpochs < 0) {
      throw new IllegalArgumentException(
          "evalEveryEpochs (%d) must not be negative".formatted(evalEveryEpochs));
    }
  }

  /** The learning rates. */
  public WarmupCosine schedule() {
    return new WarmupCosine(learningRate, warmupEpochs, cosineEpochs);
  }

  /** Whether {@code epoch}, from 0, ends with a scoring. */
  public boolean scoresAfter(int epoch) {
    return evalEveryEpochs > 0 && ((epoch + 1) % evalEveryEpochs == 0 || epoch + 1 == epochs);
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
    }
  }
}
