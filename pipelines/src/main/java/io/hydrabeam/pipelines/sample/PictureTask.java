package io.hydrabeam.pipelines.sample;

import io.hydrabeam.pipelines.catalog.Splits;
import java.util.List;

/** Draws the pictures of one task. */
interface PictureTask {

  /** The task's name in its catalog. */
  String name();

  /** What the labels mean, in their order. */
  List<String> classNames();

  /** Paints one picture of class {@code label}. */
  void paint(Canvas canvas, int label, PictureRandom random);

  /** How many images a split has: those of VTAB-1k's splits, unless a task says otherwise. */
  default int size(String split) {
    return switch (split) {
      case Splits.TRAIN -> 800;
      case Splits.VALIDATION -> 200;
      case Splits.TRAIN_VALIDATION, Splits.TEST -> 1000;
      default -> throw unknownSplit(split);
    };
  }

  /** For a split that is none of the four. */
  static IllegalArgumentException unknownSplit(String split) {
    return new IllegalArgumentException(
        "split (%s) must be one of %s".formatted(split, String.join(", ", Splits.ALL)));
  }
}
