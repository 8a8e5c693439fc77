package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Layer normalisation, {@code y = (x - mean) / sqrt(variance + epsilon) · scale + bias}, over the
 * last axis with the biased variance.
 *
 * <p>x and y {@code [rows, width]}, scale and bias {@code [width]}.
 */
public final class LayerNorm {

  private final ParameterScope scope;
  private final float epsilon;

  public LayerNorm(ParameterScope scope, float epsilon) {
    this.scope = scope;
    this.epsilon = epsilon;
  }

  /** Applies the layer. */
  public Operand<TFloat32> call(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> mean = tf.math.mean(x, tf.constant(new int[] {-1}), Mean.keepDims(true));
    Operand<TFloat32> centred = tf.math.sub(x, mean);
    Operand<TFloat32> variance =
        tf.math.mean(
            tf.math.mul(centred, centred), tf.constant(new int[] {-1}), Mean.keepDims(true));
    Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
    Operand<TFloat32> normalized = tf.math.mul(centred, inverse);
    return tf.math.add(tf.math.mul(normalized, scope.get("scale")), scope.get("bias"));
  }
}
