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

  /** Some columns of the output, {@code [rows, columns]}. */
  Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, int start, int columns) {
    int in = scope.shape("kernel")[0];
    Operand<TFloat32> kernel =
        tf.slice(
            scope.get("kernel"),
            tf.constant(new int[] {0, start}),
            tf.constant(new int[] {in, columns}));
    Operand<TFloat32> bias =
        tf.slice(
            scope.get("bias"), tf.constant(new int[] {start}), tf.constant(new int[] {columns}));
    return tf.nn.biasAdd(tf.linalg.matMul(x, kernel), bias);
  }
}
