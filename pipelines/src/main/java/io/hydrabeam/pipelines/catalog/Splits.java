package io.hydrabeam.pipelines.catalog;

import java.util.List;

/**
 * The four splits of a task. The names are those of VTAB-1k's prepared folders and stand for roles;
 * another catalog may have other sizes.
 */
public final class Splits {

  /** Training images while hyper-parameters are chosen. */
  public static final String TRAIN = "train800";

  /** Images that hyper-parameters are chosen on. */
  public static final String VALIDATION = "val200";

  /** Both of the above: what the final model is trained on. */
  public static final String TRAIN_VALIDATION = "train800val200";

  /** Images that the score is formed on. */
  public static final String TEST = "test";

  /** All four, in the order in which they are stored and listed. */
  public static final List<String> ALL = List.of(TRAIN, VALIDATION, TRAIN_VALIDATION, TEST);

  private Splits() {}
}
