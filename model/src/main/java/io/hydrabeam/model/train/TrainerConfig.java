package io.hydrabeam.model.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;

/**
 * Everything that determines a training's result, apart from weights and images.
 *
 * @param model sizes of the backbone
 * @param method what is trained
 * @param hydra adapters; used by method HYDRA only
 * @param head the classifier and its loss
 * @param optimizer how weights are changed
 * @param epochs how the images are gone through
 * @param dropPath of the last block of an image model, in [0, 1)
 * @param dropout in the body and the head of a text model, in [0, 1)
 * @param normalization of pixels
 * @param precision of the large matrix products
 * @param seed of initial weights, order and random layers
 */
public record TrainerConfig(
    BackboneConfig model,
    Method method,
    HydraConfig hydra,
    HeadConfig head,
    OptimizerConfig optimizer,
    EpochConfig epochs,
    double dropPath,
    double dropout,
    Normalization normalization,
    Precision precision,
    long seed) {

  /** Raised whenever the same configuration would give other numbers. */
  public static final int RECIPE_VERSION = 1;

  /** Of a model of images. */
  public TrainerConfig(
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
    this(vit, method, hydra, head, optimizer, epochs, dropPath, 0, normalization, precision, seed);
  }

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
        model,
        method,
        hydra,
        head,
        optimizer.with(1, 0),
        otherEpochs,
        dropPath,
        dropout,
        normalization,
        precision,
        0);
  }

  public TrainerConfig {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout (%s) must be in [0, 1)".formatted(dropout));
    }
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException("dropPath (%s) must be in [0, 1)".formatted(dropPath));
    }
  }
}
