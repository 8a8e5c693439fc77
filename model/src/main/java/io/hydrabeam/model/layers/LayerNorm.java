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
  public Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, Mode mode) {
    Operand<TFloat32> scale = scope.get("scale");
    Operand<TFloat32> bias = scope.get("bias");
    return mode.isFused()
        ? Fused.layerNorm(tf, x, scale, bias, epsilon)
        : plain(tf, x, scale, bias, epsilon);
  }

  /** By one operation after another. */
  static Operand<TFloat32> plain(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> scale, Operand<TFloat32> bias, float epsilon) {
    return tf.math.add(tf.math.mul(Normalized.of(tf, x, epsilon).values(), scale), bias);
  }

  /**
   * What a row is before scale and bias, and what its backward pass needs besides.
   *
   * @param values {@code (x - mean) · inverse}
   * @param inverse {@code 1 / sqrt(variance + epsilon) [rows, 1]}
   */
  record Normalized(Operand<TFloat32> values, Operand<TFloat32> inverse) {

    static Normalized of(Ops tf, Operand<TFloat32> x, float epsilon) {
      Operand<TFloat32> centred = tf.math.sub(x, rowMean(tf, x));
      Operand<TFloat32> variance = rowMean(tf, tf.math.mul(centred, centred));
      Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
      return new Normalized(tf.math.mul(centred, inverse), inverse);
    }
  }

  /**
   * Gradient of x: {@code inverse · (d − mean(d) − n·mean(d·n))}, with {@code d = dy · scale} and n
   * the row before scale and bias.
   */
  static Operand<TFloat32> gradient(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> scale, Operand<TFloat32> dy, float epsilon) {
    Normalized normalized = Normalized.of(tf, x, epsilon);
    Operand<TFloat32> d = tf.math.mul(dy, scale);
    Operand<TFloat32> along = rowMean(tf, tf.math.mul(d, normalized.values()));
    Operand<TFloat32> across =
        tf.math.sub(tf.math.sub(d, rowMean(tf, d)), tf.math.mul(normalized.values(), along));
    return tf.math.mul(across, normalized.inverse());
  }

  /** {@code [rows, 1]}. */
  static Operand<TFloat32> rowMean(Ops tf, Operand<TFloat32> x) {
    return tf.math.mean(x, tf.constant(new int[] {-1}), Mean.keepDims(true));
  }
}
