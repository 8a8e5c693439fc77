package io.hydrabeam.model.metrics;

import com.google.protobuf.ByteString;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.ToDoubleFunction;

/**
 * The metrics that rank a class's images by their scores, so that all scores must be kept.
 *
 * <ul>
 *   <li>{@link Metric#MEAN_AVERAGE_PRECISION_11_POINT}: the mean over classes of {@link
 *       Ranking#averagePrecision}. Classes without positives are left out, and if there are none at
 *       all it is 0, as in the benchmark.
 *   <li>{@link Metric#ROC_AUC}: of two classes the area of the second's scores; where images have
 *       several labels, the mean over classes.
 * </ul>
 */
final class RankedScores implements MetricAccumulator {
  private static final int FIRST_CAPACITY = 1024;

  private final Metric metric;
  private final int classes;
  private final boolean multilabel;

  /** Classes whose scores are kept: all, or the second alone. */
  private final int firstClass;

  private final int columns;

  /** {@code [images][columns]}, with room to grow. */
  private double[] scores = new double[0];

  /** Whether the image has the class, {@code [images][columns]}. */
  private final BitSet positive = new BitSet();

  private int images;

  RankedScores(Metric metric, int classes, boolean multilabel) {
    boolean second = metric == Metric.ROC_AUC && !multilabel;
    if (second && classes != 2) {
      throw new IllegalArgumentException(
          "ROC AUC needs two classes or a multilabel task, got %d classes".formatted(classes));
    }
    this.metric = metric;
    this.classes = classes;
    this.multilabel = multilabel;
    this.firstClass = second ? 1 : 0;
    this.columns = second ? 1 : classes;
  }

  @Override
  public void add(double[] row, int... labels) {
    if (multilabel) {
      Labels.check(classes, row, labels);
    } else {
      int unused = Labels.single(classes, row, labels);
    }
    for (int c = 0; c < classes; c++) {
      if (!Double.isFinite(row[c])) {
        throw new MetricException("the score of class %d is %s".formatted(c, row[c]));
      }
    }
    grow(1);
    int start = images * columns;
    System.arraycopy(row, firstClass, scores, start, columns);
    for (int label : labels) {
      if (label >= firstClass) {
        positive.set(start + label - firstClass);
      }
    }
    images++;
  }

  @Override
  public void merge(MetricAccumulator other) {
    if (!(other instanceof RankedScores ranked)
        || ranked.metric != metric
        || ranked.classes != classes
        || ranked.multilabel != multilabel) {
      throw Labels.unlike(this, other);
    }
    grow(ranked.images);
    int start = images * columns;
    System.arraycopy(ranked.scores, 0, scores, start, ranked.images * columns);
    // A copy, as the other may be this one.
    BitSet has = (BitSet) ranked.positive.clone();
    has.stream().forEach(bit -> positive.set(start + bit));
    images += ranked.images;
  }

  /** Makes room for some more images. */
  private void grow(int more) {
    long needed = ((long) images + more) * columns;
    if (needed > Integer.MAX_VALUE - 8) {
      throw new MetricException(
          "%s: %,d images of %d classes are too many to rank"
              .formatted(metric, (long) images + more, columns));
    }
    if (needed > scores.length) {
      long doubled = Math.max(FIRST_CAPACITY, Math.min(2L * scores.length, Integer.MAX_VALUE - 8));
      scores = Arrays.copyOf(scores, (int) Math.max(needed, doubled));
    }
  }

  @Override
  public long images() {
    return images;
  }

  @Override
  public double value() {
    if (images == 0) {
      throw new MetricException(metric + ": no image was scored");
    }
    return metric == Metric.ROC_AUC
        ? mean(Ranking::areaUnderRoc, false)
        : mean(Ranking::averagePrecision, true);
  }

  /**
   * The mean over classes.
   *
   * @param leaveOut classes without positives
   */
  private double mean(ToDoubleFunction<Ranking> ofClass, boolean leaveOut) {
    double sum = 0;
    int counted = 0;
    for (int column = 0; column < columns; column++) {
      Ranking ranking = ranking(column);
      if (!leaveOut || ranking.positives() > 0) {
        sum += ofClass.applyAsDouble(ranking);
        counted++;
      }
    }
    return counted == 0 ? 0 : sum / counted;
  }

  private Ranking ranking(int column) {
    double[] of = new double[images];
    BitSet has = new BitSet(images);
    for (int i = 0; i < images; i++) {
      of[i] = scores[i * columns + column];
      has.set(i, positive.get(i * columns + column));
    }
    return Ranking.of("class " + (firstClass + column), of, has);
  }

  @Override
  public MetricState toProto() {
    MetricState.Builder state =
        MetricState.newBuilder()
            .setMetric(metric)
            .setClasses(classes)
            .setMultilabel(multilabel)
            .setImages(images)
            .setPositive(ByteString.copyFrom(positive.toByteArray()));
    for (int i = 0; i < images * columns; i++) {
      state.addScore(scores[i]);
    }
    return state.build();
  }

  static RankedScores load(MetricState state) {
    RankedScores ranked =
        new RankedScores(state.getMetric(), state.getClasses(), state.getMultilabel());
    BitSet has = BitSet.valueOf(state.getPositive().asReadOnlyByteBuffer());
    if (state.getImages() * ranked.columns != state.getScoreCount()
        || has.length() > state.getScoreCount()) {
      throw Labels.damaged(
          "%d scores for %d images of %d classes"
              .formatted(state.getScoreCount(), state.getImages(), ranked.columns));
    }
    ranked.scores = state.getScoreList().stream().mapToDouble(Double::doubleValue).toArray();
    ranked.positive.or(has);
    ranked.images = (int) state.getImages();
    return ranked;
  }
}
