package io.hydrabeam.model.metrics;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;
import java.util.List;

/**
 * Gathers scored images and tells a metric of them. Images may be added in any order and in parts
 * that are merged: the value is the same, bit for bit. All metrics follow ELEVATER's evaluation
 * (vision-evaluation 0.2.9), whose departures from the textbook are said where they are made.
 *
 * <p>Memory: {@link Metric#ACCURACY} and {@link Metric#MEAN_PER_CLASS} count, at most two numbers a
 * class. The ranking metrics keep what they rank: 8 bytes and a bit for each image and class, so
 * 0.8 MB for VOC2007's 4,952 × 20; {@link Metric#ROC_AUC} of one label keeps the second class only.
 *
 * <p>Not safe for concurrent use.
 */
public sealed interface MetricAccumulator permits CorrectCount, ClassRecalls, RankedScores {

  /**
   * An empty one.
   *
   * @param classes of the task
   * @param multilabel whether an image has any number of labels; else it has one
   * @param classCount images of each class in the split that is scored; {@link
   *     Metric#MEAN_PER_CLASS} needs it, the others have no use for it
   * @throws IllegalArgumentException if the task has no such metric: accuracy and mean per class
   *     need one label, ROC AUC needs two classes or several labels
   */
  static MetricAccumulator of(
      Metric metric, int classes, boolean multilabel, List<Long> classCount) {
    if (classes <= 0) {
      throw new IllegalArgumentException("classes (%d) must be positive".formatted(classes));
    }
    if (multilabel && (metric == Metric.ACCURACY || metric == Metric.MEAN_PER_CLASS)) {
      throw new IllegalArgumentException(
          "%s needs one label for each image, the task has several; use %s or %s"
              .formatted(metric, Metric.MEAN_AVERAGE_PRECISION_11_POINT, Metric.ROC_AUC));
    }
    return switch (metric) {
      case ACCURACY -> new CorrectCount(classes);
      case MEAN_PER_CLASS -> new ClassRecalls(classes, classCount);
      case MEAN_AVERAGE_PRECISION_11_POINT, ROC_AUC ->
          new RankedScores(metric, classes, multilabel);
      case UNRECOGNIZED -> throw new IllegalArgumentException("unknown metric");
    };
  }

  /**
   * One with what another had gathered.
   *
   * @throws IllegalArgumentException if the state is damaged
   */
  static MetricAccumulator fromProto(MetricState state) {
    return switch (state.getMetric()) {
      case ACCURACY -> CorrectCount.load(state);
      case MEAN_PER_CLASS -> ClassRecalls.load(state);
      case MEAN_AVERAGE_PRECISION_11_POINT, ROC_AUC -> RankedScores.load(state);
      case UNRECOGNIZED -> throw new IllegalArgumentException("unknown metric");
    };
  }

  /**
   * Adds an image.
   *
   * @param scores of the classes, {@code [classes]}; the larger the likelier
   * @param labels the image's class; where it may have several, all of them in any order
   * @throws IllegalArgumentException if there are more or fewer scores than classes, or a label is
   *     not a class
   * @throws MetricException if a ranking metric is given a score that is not finite
   */
  void add(double[] scores, int... labels);

  /** As {@link #add(double[], int...)}; single precision keeps its order and its ties. */
  default void add(float[] scores, int... labels) {
    double[] wide = new double[scores.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = scores[i];
    }
    add(wide, labels);
  }

  /**
   * Adds all that another has gathered; the other stays as it is.
   *
   * @throws IllegalArgumentException if it is of another metric or task
   */
  void merge(MetricAccumulator other);

  /** Images that were added. */
  long images();

  /**
   * The metric.
   *
   * @return in [0, 1]
   * @throws MetricException if it has no value for these images
   */
  double value();

  /** What was gathered, to travel; {@link #fromProto} reads it. */
  MetricState toProto();
}
