package io.hydrabeam.model.metrics;

/** Checks of what is added to an accumulator. */
final class Labels {
  private Labels() {}

  /** The only label of an image. */
  static int single(int classes, double[] scores, int... labels) {
    check(classes, scores, labels);
    if (labels.length != 1) {
      throw new IllegalArgumentException(
          "an image has %d labels, the task has one for each".formatted(labels.length));
    }
    return labels[0];
  }

  static void check(int classes, double[] scores, int... labels) {
    if (scores.length != classes) {
      throw new IllegalArgumentException(
          "%d scores for %d classes".formatted(scores.length, classes));
    }
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "label %d is not one of %d classes".formatted(label, classes));
      }
    }
  }

  static IllegalArgumentException unlike(MetricAccumulator one, MetricAccumulator other) {
    return new IllegalArgumentException(
        "cannot merge %s with %s: other metric or other task"
            .formatted(one.getClass().getSimpleName(), other.getClass().getSimpleName()));
  }

  static IllegalArgumentException damaged(String what) {
    return new IllegalArgumentException("the state of a metric is damaged: " + what);
  }
}
