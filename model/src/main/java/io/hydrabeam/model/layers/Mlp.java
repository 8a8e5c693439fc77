package io.hydrabeam.model.layers;

import io.hydrabeam.model.Activation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The block's two-layer perceptron, {@code fc2(activation(fc1(x)))}; the second layer may carry
 * Hydra branches, whose parallel input is the output of the activation.
 *
 * <p>x and y {@code [rows, width]}; {@code fc1/kernel [width, mlpWidth]}, {@code fc2/kernel
 * [mlpWidth, width]}.
 */
public final class Mlp {

  private static final float QUICK_SLOPE = 1.702f;

  private final Dense fc1;
  private final HydraDense fc2;
  private final Activation activation;

  public Mlp(ParameterScope scope, Activation activation, double hydraScale, double dropout) {
    this.activation = activation;
    this.fc1 = new Dense(scope.sub("fc1"));
    this.fc2 = new HydraDense(scope.sub("fc2"), hydraScale, dropout);
  }

  /** Applies the layer. */
  public Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, Mode mode) {
    return fc2.call(tf, activate(tf, fc1.call(tf, x)), mode);
  }

  private Operand<TFloat32> activate(Ops tf, Operand<TFloat32> x) {
    return switch (activation) {
      case GELU -> gelu(tf, x);
      case QUICK_GELU -> tf.math.mul(x, tf.math.sigmoid(tf.math.mul(x, tf.constant(QUICK_SLOPE))));
    };
  }

  /** The exact form {@code x/2 · (1 + erf(x / sqrt(2)))}; TensorFlow's own op has no gradient. */
  private static Operand<TFloat32> gelu(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
    return tf.math.mul(tf.math.mul(x, tf.constant(0.5f)), tf.math.add(erf, tf.constant(1f)));
  }
}
