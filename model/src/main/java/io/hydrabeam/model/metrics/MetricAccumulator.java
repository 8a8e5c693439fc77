package io.hydrabeam.model.metrics;

import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.MetricState;
import java.util.List;

/**
 * Gathers scored records and tells a metric of them. Records may be added in any order and in parts
 * that are merged: the value is the same, bit for bit. The metrics of images follow ELEVATER's
 * evaluation (vision-evaluation 0.2.9), those of texts GLUE's (scikit-learn, SciPy); departures
 * from the textbook are said where they are made.
 *
 * <p>Memory: {@link Metric#ACCURACY} and {@link Metric#MEAN_PER_CLASS} count, at most two numbers a
 * class. The ranking metrics keep what they rank: 8 bytes and a bit for each image and class, so
 * 0.8 MB for VOC2007's 4,952 × 20; {@link Metric#ROC_AUC} of one label keeps the second class only.
 *
 * <p>Not safe for concurrent use.
 */
public sealed interface MetricAccumulator
    permits CorrectCount, ClassRecalls, RankedScores, ConfusionCounts, Correlation {

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
    if (multilabel
        && metric != Metric.MEAN_AVERAGE_PRECISION_11_POINT
        && metric != Metric.ROC_AUC) {
      throw new IllegalArgumentException(
          "%s needs one label for each image, the task has several; use %s or %s"
              .formatted(metric, Metric.MEAN_AVERAGE_PRECISION_11_POINT, Metric.ROC_AUC));
    }
    if (numbers(metric) && classes != 1) {
      throw new IllegalArgumentException(
          "%s is of a single number, the task has %d classes".formatted(metric, classes));
    }
    return switch (metric) {
      case MATTHEWS, F1 -> new ConfusionCounts(metric, classes);
      case PEARSON, SPEARMAN -> new Correlation(metric);
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
      case MATTHEWS, F1 -> ConfusionCounts.load(state);
      case PEARSON, SPEARMAN -> Correlation.load(state);
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
   * Adds a record whose truth is a number.
   *
   * @throws IllegalArgumentException if the metric is of classes
   * @throws MetricException if a number is not finite
   */
  default void addNumber(double predicted, double truth) {
    throw new IllegalArgumentException("the metric is of classes, the task has numbers");
  }

  /**
   * Adds a record of either kind.
   *
   * @param outputs scores of the classes, or the predicted number alone
   * @param number true number of a regression; else not looked at
   * @param labels true classes; of a regression not looked at
   */
  default void add(float[] outputs, float number, int... labels) {
    add(outputs, labels);
  }

  /** Whether a metric compares numbers; else it is of classes. */
  static boolean numbers(Metric metric) {
    return metric == Metric.PEARSON || metric == Metric.SPEARMAN;
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
   * @return in [0, 1]; of correlations in [-1, 1]
   * @throws MetricException if it has no value for these images
   */
  double value();

  /** What was gathered, to travel; {@link #fromProto} reads it. */
  MetricState toProto();
}
