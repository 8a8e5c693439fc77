package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * One low-rank branch, {@code A(x) = s·(drop(x·D + d)·U + u)}, without a nonlinearity.
 *
 * <p>x {@code [rows, in]}, D {@code down/kernel [in, rank]}, d {@code down/bias [rank]}, U {@code
 * up/kernel [rank, out]}, u {@code up/bias [out]}. D starts random, the rest at zero, so a fresh
 * branch adds nothing.
 */
final class HydraBranch {

  private final ParameterScope scope;
  private final double dropout;

  HydraBranch(ParameterScope scope, double dropout) {
    this.scope = scope;
    this.dropout = dropout;
  }

  /** The bottleneck {@code drop(x·D + d) [rows, rank]}. */
  <T extends TFloating> Operand<T> down(Ops tf, Operand<T> x, Mode<T> mode) {
    Class<T> type = mode.type();
    Operand<T> bottleneck =
        tf.nn.biasAdd(
            tf.linalg.matMul(x, scope.get(tf, "down/kernel", type)),
            scope.get(tf, "down/bias", type));
    if (!mode.isTraining() || dropout == 0) {
      return bottleneck;
    }
    long rows = x.shape().get(0);
    long rank = scope.shape("down/bias")[0];
    Operand<TFloat32> mask = mode.rowMask(tf, scope.path() + "dropout", rows, rank, dropout);
    return tf.math.mul(bottleneck, FloatTypes.cast(tf, mask, type));
  }

  <T extends TFloating> Operand<T> upKernel(Ops tf, Class<T> type) {
    return scope.get(tf, "up/kernel", type);
  }

  <T extends TFloating> Operand<T> upBias(Ops tf, Class<T> type) {
    return scope.get(tf, "up/bias", type);
  }
}
