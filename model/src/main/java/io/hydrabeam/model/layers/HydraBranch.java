package io.hydrabeam.model.layers;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * One low-rank branch, {@code A(x) = s·(drop(x·D + d)·U + u)}, without a nonlinearity. Branches
 * without biases lack d and u.
 *
 * <p>x {@code [rows, in]}, D {@code down/kernel [in, rank]}, d {@code down/bias [rank]}, U {@code
 * up/kernel [rank, out]}, u {@code up/bias [out]}. D starts random, the rest at zero, so a fresh
 * branch adds nothing. Jobs that are stacked in a graph have a D, d, U and u each.
 */
final class HydraBranch {

  private final ParameterScope scope;
  private final Dropout dropout;

  HydraBranch(ParameterScope scope, double dropout) {
    this.scope = scope;
    this.dropout = new Dropout(scope.path() + "dropout", dropout);
  }

  /** The bottleneck {@code drop(x·D + d) [rows, rank]}. */
  <T extends TFloating> Operand<T> down(Ops tf, Operand<T> x, Mode<T> mode) {
    Class<T> type = mode.type();
    Operand<T> bottleneck =
        JobRows.linear(
            tf, x, scope.stacked(tf, "down/kernel", type), bias(tf, "down/bias", type), jobs());
    return dropout.call(tf, bottleneck, x.shape().get(0), scope.shape("down/kernel")[1], mode);
  }

  /** {@code [rank, out]}; of stacked jobs {@code [jobs, rank, out]}. */
  <T extends TFloating> Operand<T> upKernel(Ops tf, Class<T> type) {
    return scope.stacked(tf, "up/kernel", type);
  }

  /** {@code [out]}; of stacked jobs {@code [jobs, out]}; empty without biases. */
  <T extends TFloating> Optional<Operand<T>> upBias(Ops tf, Class<T> type) {
    return bias(tf, "up/bias", type);
  }

  private <T extends TFloating> Optional<Operand<T>> bias(Ops tf, String path, Class<T> type) {
    return scope.has(path) ? Optional.of(scope.stacked(tf, path, type)) : Optional.empty();
  }

  /** Jobs that have a branch of their own here. */
  int jobs() {
    return scope.jobs("up/kernel");
  }
}
