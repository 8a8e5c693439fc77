package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Batch normalisation (arXiv 1502.03167) without scale and shift, {@code y = (x − mean) /
 * sqrt(variance + ε)} for each column: what the original's ELEVATER classifier puts between
 * features and head.
 *
 * <p>x and y {@code [rows, width]}, mean and variance {@code [width]}: a batch's own while
 * training, gradients pass through them; running ones otherwise.
 */
public final class BatchNorm {

  public static final double EPSILON = 1e-5;

  /** Share of a batch in the running statistics. */
  public static final double MOMENTUM = 0.1;

  private BatchNorm() {}

  /**
   * Statistics of columns.
   *
   * @param mean {@code [width]}
   * @param variance {@code [width]}
   */
  public record Statistics(Operand<TFloat32> mean, Operand<TFloat32> variance) {

    /** A batch's, with the biased variance. */
    public static Statistics of(Ops tf, Operand<TFloat32> x) {
      Operand<TFloat32> mean = tf.math.mean(x, tf.constant(0));
      Operand<TFloat32> centred = tf.math.sub(x, mean);
      return new Statistics(mean, tf.math.mean(tf.math.mul(centred, centred), tf.constant(0)));
    }
  }

  /** Applies the layer. */
  public static Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, Statistics statistics) {
    Operand<TFloat32> inverse =
        tf.math.rsqrt(tf.math.add(statistics.variance(), tf.constant((float) EPSILON)));
    return tf.math.mul(tf.math.sub(x, statistics.mean()), inverse);
  }
}
