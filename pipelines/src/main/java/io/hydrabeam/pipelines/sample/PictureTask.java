package io.hydrabeam.pipelines.sample;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.datasets.ImagePool;
import java.util.List;

/** Draws the pictures of one task. */
interface PictureTask {

  /** The task's name in its catalog. */
  String name();

  /** What the labels mean, in their order. */
  List<String> classNames();

  /** How many kinds of pictures there are: a kind for each class, unless a task says otherwise. */
  default int kinds() {
    return classNames().size();
  }

  /** The labels of a kind of picture. */
  default List<Integer> labels(int kind) {
    return List.of(kind);
  }

  /** Paints one picture of kind {@code label}. */
  void paint(Canvas canvas, int label, PictureRandom random);

  /**
   * How many images a split has: those of VTAB-1k's splits, and some to sample few-shot training
   * sets from, unless a task says otherwise.
   */
  default int size(String split) {
    return switch (split) {
      case ImagePool.TRAIN -> 500;
      case Splits.TRAIN -> 800;
      case Splits.VALIDATION -> 200;
      case Splits.TRAIN_VALIDATION, Splits.TEST -> 1000;
      default -> throw unknownSplit(split);
    };
  }

  /** For a split that is none of these. */
  static IllegalArgumentException unknownSplit(String split) {
    return new IllegalArgumentException(
        "split (%s) must be one of %s".formatted(split, String.join(", ", Splits.ALL)));
  }
}
