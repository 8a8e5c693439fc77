package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.train.EpochConfig;
import io.hydrabeam.model.train.HeadConfig;
import io.hydrabeam.model.train.TrainerConfig;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Recipe;
import java.util.Set;

/** A job's key as the model's configuration. */
public final class JobConfigs {
  /** What the trainer is given, and ignores, where there are no adapters. */
  private static final HydraConfig NO_ADAPTERS = HydraConfig.both(1, 0, 0);

  private JobConfigs() {}

  /** What determines the training. */
  public static TrainerConfig trainer(JobKey key, BackboneConfig model) {
    Recipe recipe = key.getRecipe();
    return new TrainerConfig(
        model,
        key.getMethod(),
        hydra(key),
        head(key),
        optimizer(recipe),
        epochs(key),
        recipe.getDropPath(),
        recipe.getBodyDropout(),
        key.getNormalization(),
        key.getPrecision(),
        key.getSeed());
  }

  /** How a recipe changes weights. */
  static OptimizerConfig optimizer(Recipe recipe) {
    return new OptimizerConfig(
        recipe.getOptimizer(),
        recipe.getLearningRate(),
        recipe.getWeightDecay(),
        recipe.getSchedule(),
        recipe.getWarmupEpochs(),
        recipe.getCosineEpochs(),
        recipe.getWarmupShare(),
        recipe.getClipNorm());
  }

  /** How the job goes through its images. */
  static EpochConfig epochs(JobKey key) {
    Recipe recipe = key.getRecipe();
    return new EpochConfig(
        recipe.getEpochs(),
        recipe.getBatch(),
        recipe.getKeepRemainder(),
        key.getOrderOffset(),
        key.getEvalEveryEpochs());
  }

  private static HeadConfig head(JobKey key) {
    HeadConfig.Norm norm = HeadConfig.Norm.NONE;
    if (key.getRecipe().getBatchNorm()) {
      norm =
          key.getQuirkList().contains(Quirk.BATCH_NORM_FROZEN)
              ? HeadConfig.Norm.BATCH_FROZEN_AFTER_FIRST_EPOCH
              : HeadConfig.Norm.BATCH;
    }
    return new HeadConfig(key.getClasses(), HeadStart.of(key), loss(key), norm);
  }

  private static HeadConfig.Loss loss(JobKey key) {
    if (key.getRegression()) {
      return HeadConfig.Loss.SQUARED_ERROR;
    }
    return key.getMultilabel()
        ? HeadConfig.Loss.BINARY_CROSS_ENTROPY
        : HeadConfig.Loss.CROSS_ENTROPY;
  }

  /** The adapters; without meaning for other methods. */
  public static HydraConfig hydra(JobKey key) {
    if (key.getMethod() != Method.HYDRA) {
      return NO_ADAPTERS;
    }
    Recipe recipe = key.getRecipe();
    return new HydraConfig(
        key.getRank(),
        recipe.hasSequentialRank() ? recipe.getSequentialRank() : key.getRank(),
        recipe.getScale(),
        recipe.getDropout(),
        !recipe.getWithoutBias(),
        key.getBranches(),
        Set.copyOf(key.getSiteList()));
  }
}
