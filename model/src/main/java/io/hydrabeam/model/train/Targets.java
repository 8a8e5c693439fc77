package io.hydrabeam.model.train;

/** What is to be predicted of each record of a training set. */
public sealed interface Targets {

  /**
   * Classes.
   *
   * @param labels {@code [records][…]}: one for each, or any number for a multilabel task
   */
  @SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
  record Labels(int[][] labels) implements Targets {

    @Override
    public int records() {
      return labels.length;
    }

    @Override
    public void requireFit(HeadConfig head) {
      if (head.loss() == HeadConfig.Loss.SQUARED_ERROR) {
        throw new IllegalArgumentException("the records have labels, a regression needs numbers");
      }
      for (int[] some : labels) {
        check(head, some);
      }
    }

    private static void check(HeadConfig head, int[] labels) {
      if (!head.multilabel() && labels.length != 1) {
        throw new IllegalArgumentException(
            "an image has %d labels, expected one".formatted(labels.length));
      }
      for (int label : labels) {
        if (label < 0 || label >= head.classes()) {
          throw new IllegalArgumentException(
              "label %d is outside 0..%d".formatted(label, head.classes() - 1));
        }
      }
    }

    @Override
    public float[] dense(int classes) {
      float[] hot = new float[Math.multiplyExact(labels.length, classes)];
      for (int i = 0; i < labels.length; i++) {
        for (int label : labels[i]) {
          hot[i * classes + label] = 1;
        }
      }
      return hot;
    }
  }

  /**
   * Numbers, for a regression.
   *
   * @param numbers {@code [records]}, all finite
   */
  @SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
  record Numbers(float[] numbers) implements Targets {

    @Override
    public int records() {
      return numbers.length;
    }

    @Override
    public void requireFit(HeadConfig head) {
      if (head.loss() != HeadConfig.Loss.SQUARED_ERROR) {
        throw new IllegalArgumentException("the records have numbers, a classifier needs labels");
      }
      for (float number : numbers) {
        if (!Float.isFinite(number)) {
          throw new IllegalArgumentException("a record's number is %s".formatted(number));
        }
      }
    }

    @Override
    public float[] dense(int classes) {
      return numbers;
    }
  }

  /** Number of records. */
  int records();

  /**
   * Fails unless a head can learn them.
   *
   * @throws IllegalArgumentException telling the first that does not fit
   */
  void requireFit(HeadConfig head);

  /**
   * What the loss compares with, {@code [records, classes]}: ones at a record's labels and zeros
   * elsewhere, or its number.
   */
  float[] dense(int classes);
}
