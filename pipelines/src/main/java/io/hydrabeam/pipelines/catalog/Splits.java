package io.hydrabeam.pipelines.catalog;

import io.hydrabeam.protos.Layout;
import java.util.List;

/**
 * The names that a layout gives to the splits of a task.
 *
 * @param train training images while hyper-parameters are chosen
 * @param validation images that hyper-parameters are chosen on; empty where there are none
 * @param trainValidation both of the above: what the final model is trained on
 * @param test images that the score is formed on
 */
public record Splits(String train, String validation, String trainValidation, String test) {

  /** {@link #train} of prepared folders. */
  public static final String TRAIN = "train800";

  /** {@link #validation} of prepared folders. */
  public static final String VALIDATION = "val200";

  /** {@link #trainValidation} of prepared folders, where it is a split of its own. */
  public static final String TRAIN_VALIDATION = "train800val200";

  /** {@link #test} of every layout. */
  public static final String TEST = "test";

  /**
   * Records without labels, whose predictions a benchmark's server scores; optional, in a folder of
   * their own beside the others, and no part of what a training depends on.
   */
  public static final String HIDDEN = "hidden";

  /** Joins the names of splits that are read as one. */
  public static final String UNION = "+";

  /** VTAB-1k's names. They stand for roles; another catalog may have other sizes. */
  public static final Splits PREPARED = new Splits(TRAIN, VALIDATION, TRAIN_VALIDATION, TEST);

  /**
   * Of layouts that training images are sampled from: both parts are stored, their union is not.
   */
  public static final Splits FEW_SHOT = new Splits("train", "val", "train" + UNION + "val", TEST);

  /** Of sentences: nothing is held out to choose by. */
  public static final Splits SENTENCES = new Splits("train", "", "train", TEST);

  /** All four of a prepared folder, in the order in which they are stored and listed. */
  public static final List<String> ALL = PREPARED.stored();

  /** The names that a layout uses. */
  public static Splits of(Layout layout) {
    return switch (layout) {
      case PREPARED_FOLDER -> PREPARED;
      case VISION_DATASETS, IMAGE_FOLDER -> FEW_SHOT;
      case SENTENCE_TABLES -> SENTENCES;
      case UNRECOGNIZED -> throw new IllegalArgumentException("layout is not known: " + layout);
    };
  }

  /**
   * Whether a task has one test split and, per number of shots and seed, a sampled training set.
   */
  public boolean sampled() {
    return trainValidation.contains(UNION);
  }

  /** Those that have records of their own, in the order in which they are listed. */
  public List<String> stored() {
    if (validation.isEmpty()) {
      return List.of(trainValidation, test);
    }
    return sampled()
        ? List.of(train, validation, test)
        : List.of(train, validation, trainValidation, test);
  }

  /**
   * What the final model is trained on. With one shot there are two images per class, one to train
   * on and one to choose by, and the latter stays apart in the final training too, as in the
   * original.
   *
   * @param shots images per class, -1 for all, 0 where splits are fixed
   */
  public String finalTraining(int shots) {
    return shots == 1 ? train : trainValidation;
  }
}
