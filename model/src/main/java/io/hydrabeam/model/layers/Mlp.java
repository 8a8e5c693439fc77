package io.hydrabeam.model.layers;

import io.hydrabeam.model.Activation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The block's two-layer perceptron, {@code fc2(activation(fc1(x)))}; the second layer may carry
 * Hydra branches, whose parallel input is the output of the activation.
 *
 * <p>x and y {@code [rows, width]}; {@code fc1/kernel [width, mlpWidth]}, {@code fc2/kernel
 * [mlpWidth, width]}.
 */
public final class Mlp {

  private final Dense fc1;
  private final HydraDense fc2;
  private final Activation activation;

  public Mlp(ParameterScope scope, Activation activation, EncoderSettings settings) {
    this.activation = activation;
    this.fc1 = new Dense(scope.sub("fc1"));
    this.fc2 = new HydraDense(scope.sub("fc2"), settings);
  }

  /** Applies the layer. */
  public <T extends TFloating> Operand<T> call(Ops tf, Operand<T> x, Mode<T> mode) {
    return fc2.call(tf, activate(tf, fc1.call(tf, x), mode), mode);
  }

  private <T extends TFloating> Operand<T> activate(Ops tf, Operand<T> x, Mode<T> mode) {
    // In evaluation TensorFlow makes the exact form a part of the product before it.
    return mode.isFused() && mode.isTraining()
        ? Fused.activation(tf, x, activation)
        : Activations.call(tf, x, activation);
  }
}
