package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Batch normalisation (arXiv 1502.03167) without scale and shift, {@code y = (x − mean) /
 * sqrt(variance + ε)} for each column: what the original's ELEVATER classifier puts between
 * features and head.
 *
 * <p>x and y {@code [rows, width]}, mean and variance {@code [width]}: a batch's own while
 * training, gradients pass through them; running ones otherwise. Of stacked jobs, x and y are
 * {@code [jobs, rows, width]}, mean and variance {@code [jobs, 1, width]}.
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
      Operand<TFloat32> mean = mean(tf, x);
      Operand<TFloat32> centred = tf.math.sub(x, mean);
      return new Statistics(mean, mean(tf, tf.math.mul(centred, centred)));
    }

    private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> x) {
      return x.shape().numDimensions() == 2
          ? tf.math.mean(x, tf.constant(0))
          : tf.math.mean(x, tf.constant(1), Mean.keepDims(true));
    }
  }

  /** Applies the layer. */
  public static Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, Statistics statistics) {
    Operand<TFloat32> inverse =
        tf.math.rsqrt(tf.math.add(statistics.variance(), tf.constant((float) EPSILON)));
    return tf.math.mul(tf.math.sub(x, statistics.mean()), inverse);
  }
}
