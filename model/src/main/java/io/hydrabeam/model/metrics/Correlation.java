package io.hydrabeam.model.metrics;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How predicted numbers go with the true ones. {@link Metric#PEARSON} correlates the numbers,
 * {@link Metric#SPEARMAN} their ranks, equal numbers sharing the mean of theirs.
 *
 * <p>All pairs are kept, 16 bytes each, and summed in the order of their values, so that no order
 * of adding and merging changes a bit.
 */
final class Correlation implements MetricAccumulator {

  private record Pair(double predicted, double truth) {}

  private final Metric metric;

  private final List<Pair> pairs = new ArrayList<>();

  Correlation(Metric metric) {
    this.metric = metric;
  }

  @Override
  public void add(double[] scores, int... labels) {
    throw new IllegalArgumentException(
        "%s compares numbers, the task has classes".formatted(metric));
  }

  @Override
  public void addNumber(double predicted, double truth) {
    if (!Double.isFinite(predicted) || !Double.isFinite(truth)) {
      throw new MetricException("%s: %s was predicted for %s".formatted(metric, predicted, truth));
    }
    pairs.add(new Pair(predicted, truth));
  }

  @Override
  public void add(float[] outputs, float number, int... labels) {
    if (outputs.length != 1) {
      throw new IllegalArgumentException("%d numbers for one".formatted(outputs.length));
    }
    addNumber(outputs[0], number);
  }

  @Override
  public void merge(MetricAccumulator other) {
    if (!(other instanceof Correlation correlation) || correlation.metric != metric) {
      throw Labels.unlike(this, other);
    }
    pairs.addAll(List.copyOf(correlation.pairs));
  }

  @Override
  public long images() {
    return pairs.size();
  }

  @Override
  public double value() {
    List<Pair> sorted =
        pairs.stream()
            .sorted(Comparator.comparingDouble(Pair::predicted).thenComparingDouble(Pair::truth))
            .toList();
    double[] predicted = sorted.stream().mapToDouble(Pair::predicted).toArray();
    double[] truth = sorted.stream().mapToDouble(Pair::truth).toArray();
    return metric == Metric.SPEARMAN
        ? pearson(MeanRanks.of(predicted), MeanRanks.of(truth))
        : pearson(predicted, truth);
  }

  private double pearson(double[] x, double[] y) {
    double[] a = centred("predicted", x);
    double[] b = centred("true", y);
    double together = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      together += a[i] * b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
    }
    double value = together / (Math.sqrt(squaresA) * Math.sqrt(squaresB));
    return Math.max(-1, Math.min(1, value)); // rounding may go beyond
  }

  private double[] centred(String what, double[] values) {
    double sum = 0;
    boolean constant = true;
    for (double value : values) {
      sum += value;
      constant &= value == values[0];
    }
    if (constant) {
      throw new MetricException(
          "%s has no value: all %d %s numbers are the same".formatted(metric, values.length, what));
    }
    double[] centred = values.clone();
    for (int i = 0; i < centred.length; i++) {
      centred[i] -= sum / values.length;
    }
    return centred;
  }

  @Override
  public MetricState toProto() {
    MetricState.Builder state =
        MetricState.newBuilder().setMetric(metric).setClasses(1).setImages(pairs.size());
    pairs.forEach(pair -> state.addScore(pair.predicted()).addTruth(pair.truth()));
    return state.build();
  }

  static Correlation load(MetricState state) {
    if (state.getScoreCount() != state.getImages() || state.getTruthCount() != state.getImages()) {
      throw Labels.damaged(
          "%d and %d numbers for %d records"
              .formatted(state.getScoreCount(), state.getTruthCount(), state.getImages()));
    }
    Correlation correlation = new Correlation(state.getMetric());
    for (int i = 0; i < state.getScoreCount(); i++) {
      correlation.addNumber(state.getScore(i), state.getTruth(i));
    }
    return correlation;
  }
}
