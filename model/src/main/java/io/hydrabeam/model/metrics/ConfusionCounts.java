package io.hydrabeam.model.metrics;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;

/**
 * The metrics that follow from how often each class was taken for each other.
 *
 * <ul>
 *   <li>{@link Metric#MATTHEWS}: the correlation of predicted and true classes (Gorodkin 2004, for
 *       two classes Matthews 1975); 0 where one of both is always the same.
 *   <li>{@link Metric#F1}: of the second class of two; 0 where it is neither predicted nor true.
 * </ul>
 */
final class ConfusionCounts implements MetricAccumulator {

  private final Metric metric;

  private final int classes;

  /** {@code [true class][predicted class]}, row after row. */
  private final long[] counts;

  ConfusionCounts(Metric metric, int classes) {
    if (metric == Metric.F1 && classes != 2) {
      throw new IllegalArgumentException("F1 needs two classes, got %d".formatted(classes));
    }
    this.metric = metric;
    this.classes = classes;
    this.counts = new long[Math.multiplyExact(classes, classes)];
  }

  @Override
  public void add(double[] scores, int... labels) {
    int label = Labels.single(classes, scores, labels);
    counts[label * classes + FirstLargest.of(scores, c -> true)]++;
  }

  @Override
  public void merge(MetricAccumulator other) {
    if (!(other instanceof ConfusionCounts confusion)
        || confusion.metric != metric
        || confusion.classes != classes) {
      throw Labels.unlike(this, other);
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += confusion.counts[i];
    }
  }

  @Override
  public long images() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  @Override
  public double value() {
    if (images() == 0) {
      throw new MetricException(metric + ": no record was scored");
    }
    return metric == Metric.F1 ? f1() : matthews();
  }

  private double f1() {
    long hits = counts[3];
    long misses = counts[1] + counts[2];
    return hits + misses == 0 ? 0 : 2.0 * hits / (2.0 * hits + misses);
  }

  private double matthews() {
    double all = images();
    double correct = 0;
    double together = 0;
    double predictedSquares = 0;
    double trueSquares = 0;
    for (int c = 0; c < classes; c++) {
      double predicted = 0;
      double actual = 0;
      for (int other = 0; other < classes; other++) {
        predicted += counts[other * classes + c];
        actual += counts[c * classes + other];
      }
      correct += counts[c * classes + c];
      together += predicted * actual;
      predictedSquares += predicted * predicted;
      trueSquares += actual * actual;
    }
    double product = (all * all - predictedSquares) * (all * all - trueSquares);
    return product == 0 ? 0 : (correct * all - together) / Math.sqrt(product);
  }

  @Override
  public MetricState toProto() {
    MetricState.Builder state =
        MetricState.newBuilder().setMetric(metric).setClasses(classes).setImages(images());
    for (long count : counts) {
      state.addConfusion(count);
    }
    return state.build();
  }

  static ConfusionCounts load(MetricState state) {
    ConfusionCounts confusion = new ConfusionCounts(state.getMetric(), state.getClasses());
    if (state.getConfusionCount() != confusion.counts.length) {
      throw Labels.damaged(
          "%d counts for %d classes".formatted(state.getConfusionCount(), state.getClasses()));
    }
    for (int i = 0; i < confusion.counts.length; i++) {
      confusion.counts[i] = state.getConfusion(i);
    }
    return confusion;
  }
}
