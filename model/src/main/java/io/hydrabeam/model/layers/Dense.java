package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A linear layer, {@code y = x·W + b}.
 *
 * <p>x {@code [rows, in]}, W {@code kernel [in, out]}, b {@code bias [out]}, y {@code [rows, out]}.
 * Two-dimensional on purpose: keeping {@code [batch, tokens, width]} more than doubles the time of
 * TensorFlow's product on the CPU.
 */
public final class Dense {

  private final ParameterScope scope;

  public Dense(ParameterScope scope) {
    this.scope = scope;
  }

  /** Applies the layer. */
  public Operand<TFloat32> call(Ops tf, Operand<TFloat32> x) {
    return tf.nn.biasAdd(tf.linalg.matMul(x, scope.get("kernel")), scope.get("bias"));
  }
}
