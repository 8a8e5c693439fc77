package io.hydrabeam.model.train;

/**
 * The classifier on top of the features, and its loss.
 *
 * @param classes number of classes
 * @param start what its weights are before the first step
 * @param loss what training makes small
 * @param norm what stands between features and head
 */
public record HeadConfig(int classes, Start start, Loss loss, Norm norm) {

  /** What training makes small. */
  public enum Loss {
    /** Of the softmax over the classes, one of which is right. */
    CROSS_ENTROPY,
    /**
     * Of a sigmoid for each class, averaged over records and classes: a record may have several
     * labels or none.
     */
    BINARY_CROSS_ENTROPY,
    /** Of a number; there is one class, whose score it is. */
    SQUARED_ERROR
  }

  /** What a head's weights are before the first step. */
  public enum Start {
    /** Uniform in ±1/sqrt(width), as PyTorch makes a linear layer. */
    UNIFORM,
    ZERO,
    /** Handed to the training, such as text features. */
    GIVEN
  }

  /** Whether features are normalised, and how while training. */
  public enum Norm {
    NONE,
    /** Batch normalisation with each batch's own statistics. */
    BATCH,
    /**
     * The original's mistake: it leaves training mode after its first validation, so that from the
     * second epoch on the running statistics of the first are used and stay as they are.
     */
    BATCH_FROZEN_AFTER_FIRST_EPOCH
  }

  public HeadConfig {
    if (classes <= 0) {
      throw new IllegalArgumentException("classes (%d) must be positive".formatted(classes));
    }
    if (loss == Loss.SQUARED_ERROR && classes != 1) {
      throw new IllegalArgumentException(
          "a regression has one number, not %d classes".formatted(classes));
    }
  }

  /** A classifier of single or of several labels. */
  public HeadConfig(int classes, Start start, boolean multilabel, Norm norm) {
    this(classes, start, multilabel ? Loss.BINARY_CROSS_ENTROPY : Loss.CROSS_ENTROPY, norm);
  }

  /** Whether a record may have several labels or none. */
  public boolean multilabel() {
    return loss == Loss.BINARY_CROSS_ENTROPY;
  }

  /** A plain linear head from random weights. */
  public static HeadConfig plain(int classes) {
    return new HeadConfig(classes, Start.UNIFORM, false, Norm.NONE);
  }

  /** Whether features are normalised. */
  public boolean normalized() {
    return norm != Norm.NONE;
  }

  /** Whether steps of {@code epoch}, from 0, use their batch's statistics. */
  boolean usesBatchStatistics(int epoch) {
    return norm == Norm.BATCH || (norm == Norm.BATCH_FROZEN_AFTER_FIRST_EPOCH && epoch == 0);
  }
}
