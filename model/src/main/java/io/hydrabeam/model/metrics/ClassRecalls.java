package io.hydrabeam.model.metrics;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;
import java.util.Arrays;
import java.util.List;

/**
 * Mean per class: the mean of the recalls of the classes that have images in the split.
 *
 * <p>A class without images cannot be predicted either: its scores are left out before the largest
 * is looked for. That is the benchmark's rule, not the textbook's, and the reason why the split's
 * counts must be known before the first image.
 */
final class ClassRecalls implements MetricAccumulator {
  private final int classes;

  /** Images of each class in the split. */
  private final long[] expected;

  private final long[] seen;
  private final long[] correct;

  ClassRecalls(int classes, List<Long> classCount) {
    if (classCount.size() != classes) {
      throw new IllegalArgumentException(
          "mean per class needs the number of images of each of %d classes, got %d numbers"
              .formatted(classes, classCount.size()));
    }
    this.classes = classes;
    this.expected = classCount.stream().mapToLong(Long::longValue).toArray();
    this.seen = new long[classes];
    this.correct = new long[classes];
  }

  @Override
  public void add(double[] scores, int... labels) {
    int label = Labels.single(classes, scores, labels);
    seen[label]++;
    correct[label] += FirstLargest.of(scores, c -> expected[c] > 0) == label ? 1 : 0;
  }

  @Override
  public void merge(MetricAccumulator other) {
    if (!(other instanceof ClassRecalls recalls) || !Arrays.equals(recalls.expected, expected)) {
      throw Labels.unlike(this, other);
    }
    for (int c = 0; c < classes; c++) {
      seen[c] += recalls.seen[c];
      correct[c] += recalls.correct[c];
    }
  }

  @Override
  public long images() {
    return Arrays.stream(seen).sum();
  }

  @Override
  public double value() {
    double sum = 0;
    int present = 0;
    for (int c = 0; c < classes; c++) {
      if (seen[c] != expected[c]) {
        throw new MetricException(
            "mean per class: class %d has %d images in the split, %d were scored"
                .formatted(c, expected[c], seen[c]));
      }
      if (seen[c] > 0) {
        sum += (double) correct[c] / seen[c];
        present++;
      }
    }
    if (present == 0) {
      throw new MetricException("mean per class: no image was scored");
    }
    return sum / present;
  }

  @Override
  public MetricState toProto() {
    MetricState.Builder state =
        MetricState.newBuilder()
            .setMetric(Metric.MEAN_PER_CLASS)
            .setClasses(classes)
            .setImages(images());
    for (int c = 0; c < classes; c++) {
      state.addClassCount(expected[c]).addSeen(seen[c]).addCorrect(correct[c]);
    }
    return state.build();
  }

  static ClassRecalls load(MetricState state) {
    int classes = state.getClasses();
    if (state.getSeenCount() != classes || state.getCorrectCount() != classes) {
      throw Labels.damaged(
          "%d and %d counts for %d classes"
              .formatted(state.getSeenCount(), state.getCorrectCount(), classes));
    }
    ClassRecalls recalls = new ClassRecalls(classes, state.getClassCountList());
    for (int c = 0; c < classes; c++) {
      recalls.seen[c] = state.getSeen(c);
      recalls.correct[c] = state.getCorrect(c);
    }
    return recalls;
  }
}
