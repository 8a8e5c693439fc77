package io.hydrabeam.model.layers;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A linear layer, {@code y = x·W + b}, in the format of x.
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
  public <T extends TFloating> Operand<T> call(Ops tf, Operand<T> x) {
    return JobRows.linear(
        tf,
        x,
        scope.stacked(tf, "kernel", x.type()),
        Optional.of(scope.stacked(tf, "bias", x.type())),
        scope.jobs("kernel"));
  }

  /** {@code x·W} alone. */
  <T extends TFloating> Operand<T> product(Ops tf, Operand<T> x) {
    return tf.linalg.matMul(x, scope.get(tf, "kernel", x.type()));
  }

  /** Some columns of {@code x·W}, {@code [rows, columns]}. */
  <T extends TFloating> Operand<T> product(Ops tf, Operand<T> x, int start, int columns) {
    int in = scope.shape("kernel")[0];
    Operand<T> kernel =
        tf.slice(
            scope.get(tf, "kernel", x.type()),
            tf.constant(new int[] {0, start}),
            tf.constant(new int[] {in, columns}));
    return tf.linalg.matMul(x, kernel);
  }

  /** b. */
  Operand<TFloat32> bias(Ops tf) {
    return scope.get(tf, "bias");
  }

  /** Some elements of b. */
  Operand<TFloat32> bias(Ops tf, int start, int count) {
    return tf.slice(bias(tf), tf.constant(new int[] {start}), tf.constant(new int[] {count}));
  }
}
