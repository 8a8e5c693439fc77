package io.hydrabeam.model.layers;

import io.hydrabeam.model.Activation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** The MLP's nonlinearities, element by element, and their derivatives. */
final class Activations {

  private static final float QUICK_SLOPE = 1.702f;
  private static final float ROOT_HALF = (float) Math.sqrt(0.5);
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  private Activations() {}

  static <T extends TFloating> Operand<T> call(Ops tf, Operand<T> x, Activation activation) {
    Class<T> type = x.type();
    return switch (activation) {
      // TensorFlow's own op has no gradient.
      case GELU -> {
        Operand<T> root = FloatTypes.constant(tf, ROOT_HALF, type);
        Operand<T> erf = tf.math.erf(tf.math.mul(x, root));
        yield tf.math.mul(
            tf.math.mul(x, FloatTypes.constant(tf, 0.5, type)),
            tf.math.add(erf, FloatTypes.constant(tf, 1, type)));
      }
      case QUICK_GELU ->
          tf.math.mul(
              x, tf.math.sigmoid(tf.math.mul(x, FloatTypes.constant(tf, QUICK_SLOPE, type))));
    };
  }

  /** The derivative at x. */
  static Operand<TFloat32> derivative(Ops tf, Operand<TFloat32> x, Activation activation) {
    return switch (activation) {
      // Φ(x) + x·φ(x)
      case GELU -> {
        Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant(ROOT_HALF)));
        Operand<TFloat32> share = tf.math.mul(tf.math.add(erf, tf.constant(1f)), tf.constant(0.5f));
        Operand<TFloat32> density =
            tf.math.mul(
                tf.math.exp(tf.math.mul(tf.math.mul(x, x), tf.constant(-0.5f))),
                tf.constant(DENSITY));
        yield tf.math.add(share, tf.math.mul(x, density));
      }
      // σ + 1.702·x·σ·(1 − σ), σ at 1.702·x
      case QUICK_GELU -> {
        Operand<TFloat32> steep = tf.math.mul(x, tf.constant(QUICK_SLOPE));
        Operand<TFloat32> sigmoid = tf.math.sigmoid(steep);
        Operand<TFloat32> rest = tf.math.sub(tf.constant(1f), sigmoid);
        yield tf.math.mul(sigmoid, tf.math.add(tf.constant(1f), tf.math.mul(steep, rest)));
      }
    };
  }
}
