package io.hydrabeam.model.graph;

import io.hydrabeam.model.layers.BatchNorm;
import io.hydrabeam.model.params.ParameterName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The running mean and variance {@code [width]}, of stacked jobs {@code [jobs, 1, width]}, of the
 * {@link BatchNorm} before the head, as variables: {@code running ← 0.9·running + 0.1·batch}, with
 * the batch's unbiased variance.
 */
public final class RunningStatistics {

  private final GraphVariable mean;
  private final GraphVariable variance;

  /** Declares them; they start at mean 0 and variance 1, which {@link #variables} must be given. */
  public RunningStatistics(Ops tf, int width, int jobs) {
    Shape shape = jobs == 1 ? Shape.of(width) : Shape.of(jobs, 1, width);
    mean = GraphVariable.create(tf, ParameterName.HEAD_MEAN, TFloat32.class, shape);
    variance = GraphVariable.create(tf, ParameterName.HEAD_VARIANCE, TFloat32.class, shape);
  }

  /** By canonical name, to save and restore. */
  public Map<String, GraphVariable> variables() {
    Map<String, GraphVariable> variables = new LinkedHashMap<>();
    variables.put(ParameterName.HEAD_MEAN, mean);
    variables.put(ParameterName.HEAD_VARIANCE, variance);
    return variables;
  }

  /** As they stand; of stacked jobs all of them. */
  public BatchNorm.Statistics statistics() {
    return new BatchNorm.Statistics(mean.read(TFloat32.class), variance.read(TFloat32.class));
  }

  /**
   * Adds an update by a batch.
   *
   * @param batch its statistics, the variance biased
   * @param images in the batch, two or more
   * @return the operations to run
   */
  public List<Op> update(Ops tf, BatchNorm.Statistics batch, int images) {
    if (images < 2) {
      throw new IllegalArgumentException(
          "a batch of %d has no unbiased variance".formatted(images));
    }
    return List.of(
        mean.assign(moved(tf, mean, batch.mean(), 1)),
        variance.assign(moved(tf, variance, batch.variance(), images / (images - 1.0))));
  }

  private static Operand<TFloat32> moved(
      Ops tf, GraphVariable running, Operand<TFloat32> batch, double factor) {
    return tf.math.add(
        tf.math.mul(running.read(TFloat32.class), tf.constant((float) (1 - BatchNorm.MOMENTUM))),
        tf.math.mul(batch, tf.constant((float) (BatchNorm.MOMENTUM * factor))));
  }
}
