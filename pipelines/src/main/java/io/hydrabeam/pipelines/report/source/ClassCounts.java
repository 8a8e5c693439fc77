package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.evaluations.Prediction;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * How the classes of a task were told apart, counted over predictions. Of an image with several
 * labels, the classes that count as predicted are its most probable ones, as many as it has labels.
 */
public final class ClassCounts {
  /** The square of more classes is not kept. */
  private static final int MATRIX_CLASSES = 1000;

  private final int classes;
  private final long[] images;
  private final long[] hits;

  /**
   * {@code [classes * classes]}: images of the first class predicted as the second; may be empty.
   */
  private final int[] confused;

  /**
   * @param classes of the task
   * @param multilabel whether an image may have several
   */
  ClassCounts(int classes, boolean multilabel) {
    this.classes = classes;
    this.images = new long[classes];
    this.hits = new long[classes];
    this.confused = new int[multilabel || classes > MATRIX_CLASSES ? 0 : classes * classes];
  }

  /**
   * Counts an image.
   *
   * @throws IllegalArgumentException if its classes are not the task's
   */
  void add(Prediction prediction) {
    if (prediction.probabilities().length != classes || prediction.predicted() >= classes) {
      throw new IllegalArgumentException(
          "%s has %d probabilities, the task %d classes"
              .formatted(prediction.key(), prediction.probabilities().length, classes));
    }
    Set<Integer> predicted =
        prediction.predicted() >= 0
            ? Set.of(prediction.predicted())
            : largest(prediction.probabilities(), prediction.labels().length);
    for (int label : prediction.labels()) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "%s has label %d, the task %d classes".formatted(prediction.key(), label, classes));
      }
      images[label]++;
      if (predicted.contains(label)) {
        hits[label]++;
      }
      if (confused.length > 0 && prediction.predicted() >= 0) {
        confused[label * classes + prediction.predicted()]++;
      }
    }
  }

  private static Set<Integer> largest(float[] probabilities, int count) {
    PriorityQueue<Integer> best =
        new PriorityQueue<>((a, b) -> Float.compare(probabilities[a], probabilities[b]));
    for (int i = 0; i < probabilities.length; i++) {
      best.add(i);
      if (best.size() > count) {
        var unused = best.poll();
      }
    }
    return new HashSet<>(best);
  }

  /** Of the task. */
  public int classes() {
    return classes;
  }

  /** Whether {@link #confused} is known. */
  public boolean hasMatrix() {
    return confused.length > 0;
  }

  /** Predictions counted that have the class; more than one training counts an image again. */
  public long images(int label) {
    return images[label];
  }

  /** Share of the class's images that were predicted as it; 0 where it has none. */
  public double recall(int label) {
    return images[label] == 0 ? 0 : (double) hits[label] / images[label];
  }

  /** Images of {@code label} that were predicted as {@code predicted}. */
  public int confused(int label, int predicted) {
    return confused[label * classes + predicted];
  }

  /** The class that a class's images were most often taken for; empty where they never were. */
  public OptionalInt mostConfused(int label) {
    int best = -1;
    for (int other = 0; hasMatrix() && other < classes; other++) {
      if (other != label && confused(label, other) > (best < 0 ? 0 : confused(label, best))) {
        best = other;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }
}
