package io.hydrabeam.model.layers;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The residual stream with a branch still to be added to it, {@code x + branch·factors}: a norm
 * that follows adds it in its own pass over memory.
 *
 * @param x {@code [rows, width]}
 * @param branch of the same shape; empty if there is none
 * @param factors of each sample's rows of the branch, {@code [batch]}; empty for ones
 */
record Residual<T extends TFloating>(
    Operand<TFloat32> x, Optional<Operand<T>> branch, Optional<Operand<TFloat32>> factors) {

  /** A stream without a branch. */
  static <T extends TFloating> Residual<T> of(Operand<TFloat32> x) {
    return new Residual<>(x, Optional.empty(), Optional.empty());
  }

  static <T extends TFloating> Residual<T> adding(
      Operand<TFloat32> x, Operand<T> branch, Optional<Operand<TFloat32>> factors) {
    return new Residual<>(x, Optional.of(branch), factors);
  }

  /** The sum. */
  Operand<TFloat32> sum(Ops tf) {
    return branch.isPresent()
        ? LayerNorm.sum(tf, x, FloatTypes.wide(tf, branch.get()), factors.stream().toList())
        : x;
  }

  /** The sum and a norm of it. */
  LayerNorm.Added<T> normalized(Ops tf, LayerNorm norm, Mode<T> mode) {
    return branch.isPresent()
        ? norm.callAdding(tf, x, branch.get(), factors, mode)
        : new LayerNorm.Added<>(x, norm.call(tf, x, mode));
  }
}
