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
 * branch adds nothing. Jobs that are stacked in a graph have a D, d, U and u each.
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
        JobRows.linear(
            tf,
            x,
            scope.stacked(tf, "down/kernel", type),
            scope.stacked(tf, "down/bias", type),
            jobs());
    if (!mode.isTraining() || dropout == 0) {
      return bottleneck;
    }
    long rows = x.shape().get(0);
    long rank = scope.shape("down/bias")[0];
    Operand<TFloat32> mask = mode.rowMask(tf, scope.path() + "dropout", rows, rank, dropout);
    return tf.math.mul(bottleneck, FloatTypes.cast(tf, mask, type));
  }

  /** {@code [rank, out]}; of stacked jobs {@code [jobs, rank, out]}. */
  <T extends TFloating> Operand<T> upKernel(Ops tf, Class<T> type) {
    return scope.stacked(tf, "up/kernel", type);
  }

  /** {@code [out]}; of stacked jobs {@code [jobs, out]}. */
  <T extends TFloating> Operand<T> upBias(Ops tf, Class<T> type) {
    return scope.stacked(tf, "up/bias", type);
  }

  /** Jobs that have a branch of their own here. */
  int jobs() {
    return scope.jobs("up/kernel");
  }
}
