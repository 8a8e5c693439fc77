package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.HeadConfig;
import io.hydrabeam.protos.JobKey;

/** What heads start from, as {@code --headStart} names it and as a job's key stores it. */
public enum HeadStart {
  /**
   * Text features where the recipe has a batch norm and the backbone a text tower; else the
   * recipe's own start: zeros under a batch norm, random numbers without one.
   */
  AUTO,
  ZERO,
  /** A row for each class: the mean of its prompts' text features. */
  TEXT;

  /** {@code JobKey.head_hash} of zeros where they are not the recipe's own start. */
  static final String ZERO_KEY = "zero";

  private static final String TEXT_KEY = "text:";

  /** {@code JobKey.head_hash} of text features. */
  static String textKey(String inputHash) {
    return TEXT_KEY + inputHash;
  }

  /** Whether a job's head starts from text features. */
  static boolean isText(JobKey key) {
    return key.getHeadHash().startsWith(TEXT_KEY);
  }

  /** A job's start as the trainer knows it. */
  static HeadConfig.Start of(JobKey key) {
    if (isText(key)) {
      return HeadConfig.Start.GIVEN;
    }
    return key.getHeadHash().equals(ZERO_KEY) || key.getRecipe().getBatchNorm()
        ? HeadConfig.Start.ZERO
        : HeadConfig.Start.UNIFORM;
  }
}
