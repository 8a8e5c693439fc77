package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

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
  Operand<TFloat32> down(Ops tf, Operand<TFloat32> x, Mode mode) {
    Operand<TFloat32> bottleneck =
        tf.nn.biasAdd(tf.linalg.matMul(x, scope.get("down/kernel")), scope.get("down/bias"));
    if (!mode.isTraining() || dropout == 0) {
      return bottleneck;
    }
    long rows = x.shape().get(0);
    long rank = scope.shape("down/bias")[0];
    return tf.math.mul(bottleneck, mode.rowMask(tf, scope.path() + "dropout", rows, rank, dropout));
  }

  Operand<TFloat32> upKernel() {
    return scope.get("up/kernel");
  }

  Operand<TFloat32> upBias() {
    return scope.get("up/bias");
  }
}
