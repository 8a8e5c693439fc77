package io.hydrabeam.model.train;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;

/**
 * Everything that determines a training's result, apart from weights and images.
 *
 * @param vit sizes of the backbone
 * @param method what is trained
 * @param hydra adapters; used by method HYDRA only
 * @param head the classifier and its loss
 * @param optimizer how weights are changed
 * @param epochs how the images are gone through
 * @param dropPath of the last block, in [0, 1)
 * @param normalization of pixels
 * @param precision of the large matrix products
 * @param seed of initial weights, order and random layers
 */
public record TrainerConfig(
    VitConfig vit,
    Method method,
    HydraConfig hydra,
    HeadConfig head,
    OptimizerConfig optimizer,
    EpochConfig epochs,
    double dropPath,
    Normalization normalization,
    Precision precision,
    long seed) {

  /** Raised whenever the same configuration would give other numbers. */
  public static final int RECIPE_VERSION = 1;

  /** What a graph depends on: the same with neutral numbers for what is told it later. */
  TrainerConfig ofGraph() {
    return with(new EpochConfig(1, 1, false, 0, 0));
  }

  /** What trainings that are stacked in a graph have in common, neutral numbers for the rest. */
  TrainerConfig ofStack() {
    return with(
        new EpochConfig(
            epochs.epochs(), epochs.batch(), epochs.keepRemainder(), 0, epochs.evalEveryEpochs()));
  }

  private TrainerConfig with(EpochConfig otherEpochs) {
    return new TrainerConfig(
        vit,
        method,
        hydra,
        head,
        optimizer.with(1, 0),
        otherEpochs,
        dropPath,
        normalization,
        precision,
        0);
  }

  public TrainerConfig {
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException("dropPath (%s) must be in [0, 1)".formatted(dropPath));
    }
  }
}
