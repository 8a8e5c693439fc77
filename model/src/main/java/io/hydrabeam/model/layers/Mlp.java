package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The block's two-layer perceptron, {@code fc2(gelu(fc1(x)))}; the second layer may carry Hydra
 * branches, whose parallel input is the activation after the GELU.
 *
 * <p>x and y {@code [rows, width]}; {@code fc1/kernel [width, mlpWidth]}, {@code fc2/kernel
 * [mlpWidth, width]}.
 */
public final class Mlp {

  private final Dense fc1;
  private final HydraDense fc2;

  public Mlp(ParameterScope scope, double hydraScale, double dropout) {
    this.fc1 = new Dense(scope.sub("fc1"));
    this.fc2 = new HydraDense(scope.sub("fc2"), hydraScale, dropout);
  }

  /** Applies the layer. */
  public Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, Mode mode) {
    return fc2.call(tf, gelu(tf, fc1.call(tf, x)), mode);
  }

  /** The exact form {@code x/2 · (1 + erf(x / sqrt(2)))}; TensorFlow's own op has no gradient. */
  private static Operand<TFloat32> gelu(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
    return tf.math.mul(tf.math.mul(x, tf.constant(0.5f)), tf.math.add(erf, tf.constant(1f)));
  }
}
