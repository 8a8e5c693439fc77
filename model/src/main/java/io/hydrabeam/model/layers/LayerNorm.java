package io.hydrabeam.model.layers;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

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
  public <T extends TFloating> Operand<T> call(Ops tf, Operand<TFloat32> x, Mode<T> mode) {
    return mode.isFused()
        ? Fused.layerNorm(tf, x, scale(tf), bias(tf), epsilon, mode.type())
        : FloatTypes.cast(tf, formula(tf, x, scale(tf), bias(tf), epsilon), mode.type());
  }

  /**
   * A sum and its normalisation.
   *
   * @param sum {@code [rows, width]}
   * @param normalized of the same shape
   */
  record Added<T extends TFloating>(Operand<TFloat32> sum, Operand<T> normalized) {}

  /**
   * Adds a branch to the residual stream and applies the layer to the sum.
   *
   * @param factors of each sample's rows of {@code branch}, {@code [batch]}
   */
  <T extends TFloating> Added<T> callAdding(
      Ops tf,
      Operand<TFloat32> x,
      Operand<T> branch,
      Optional<Operand<TFloat32>> factors,
      Mode<T> mode) {
    List<Operand<TFloat32>> given = factors.stream().toList();
    if (mode.isFused()) {
      return Fused.addAndNorm(tf, x, branch, given, scale(tf), bias(tf), epsilon);
    }
    Operand<TFloat32> sum = sum(tf, x, FloatTypes.wide(tf, branch), given);
    return new Added<>(sum, call(tf, sum, mode));
  }

  private Operand<TFloat32> scale(Ops tf) {
    return scope.get(tf, "scale");
  }

  private Operand<TFloat32> bias(Ops tf) {
    return scope.get(tf, "bias");
  }

  /** {@code x + branch·factors}. */
  static Operand<TFloat32> sum(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> branch, List<Operand<TFloat32>> factors) {
    return tf.math.add(x, times(tf, branch, factors));
  }

  /** Each sample's rows times its factor; without factors, x itself. */
  static Operand<TFloat32> times(Ops tf, Operand<TFloat32> x, List<Operand<TFloat32>> factors) {
    if (factors.isEmpty()) {
      return x;
    }
    long rows = x.shape().get(0);
    long width = x.shape().get(1);
    long batch = factors.get(0).shape().get(0);
    Operand<TFloat32> samples = tf.reshape(x, tf.constant(new long[] {batch, rows / batch, width}));
    Operand<TFloat32> each = tf.reshape(factors.get(0), tf.constant(new long[] {batch, 1, 1}));
    return tf.reshape(tf.math.mul(samples, each), tf.constant(new long[] {rows, width}));
  }

  /** The layer, operation by operation. */
  static Operand<TFloat32> formula(
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

  /** {@code [rows, 1]}. */
  static Operand<TFloat32> rowSum(Ops tf, Operand<TFloat32> x) {
    return tf.sum(x, tf.constant(new int[] {-1}), Sum.keepDims(true));
  }
}
