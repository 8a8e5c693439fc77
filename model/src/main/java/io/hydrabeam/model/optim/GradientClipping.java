package io.hydrabeam.model.optim;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TFloat32;

/**
 * Clipping by the norm of all gradients together (arXiv 1211.5063), as PyTorch has it: {@code g ←
 * g·min(1, limit / (‖g‖ + 1e-6))}.
 */
public final class GradientClipping {

  private static final float EPSILON = 1e-6f;

  private GradientClipping() {}

  /**
   * The clipped gradient.
   *
   * @param gradient {@code [parameters]}, or of stacked jobs {@code [jobs, parameters]}, each
   *     clipped by its own norm
   * @param limit positive
   */
  public static Operand<TFloat32> call(Ops tf, Operand<TFloat32> gradient, double limit) {
    Operand<TFloat32> norm =
        tf.math.sqrt(
            tf.sum(
                tf.math.mul(gradient, gradient), tf.constant(new int[] {-1}), Sum.keepDims(true)));
    Operand<TFloat32> factor =
        tf.math.div(tf.constant((float) limit), tf.math.add(norm, tf.constant(EPSILON)));
    return tf.math.mul(gradient, tf.math.minimum(factor, tf.constant(1f)));
  }
}
