package io.hydrabeam.model.metrics;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;

/** Accuracy: the share of images whose first largest score is the label's. */
final class CorrectCount implements MetricAccumulator {
  private final int classes;
  private long images;
  private long correct;

  CorrectCount(int classes) {
    this.classes = classes;
  }

  @Override
  public void add(double[] scores, int... labels) {
    int label = Labels.single(classes, scores, labels);
    images++;
    correct += FirstLargest.of(scores, c -> true) == label ? 1 : 0;
  }

  @Override
  public void merge(MetricAccumulator other) {
    if (!(other instanceof CorrectCount counts) || counts.classes != classes) {
      throw Labels.unlike(this, other);
    }
    images += counts.images;
    correct += counts.correct;
  }

  @Override
  public long images() {
    return images;
  }

  @Override
  public double value() {
    if (images == 0) {
      throw new MetricException("accuracy: no image was scored");
    }
    return (double) correct / images;
  }

  @Override
  public MetricState toProto() {
    return MetricState.newBuilder()
        .setMetric(Metric.ACCURACY)
        .setClasses(classes)
        .setImages(images)
        .addCorrect(correct)
        .build();
  }

  static CorrectCount load(MetricState state) {
    if (state.getCorrectCount() != 1) {
      throw Labels.damaged("%d counts for accuracy".formatted(state.getCorrectCount()));
    }
    CorrectCount counts = new CorrectCount(state.getClasses());
    counts.images = state.getImages();
    counts.correct = state.getCorrect(0);
    return counts;
  }
}
