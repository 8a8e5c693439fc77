package io.hydrabeam.model.layers;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Stochastic depth (arXiv 1603.09382): a residual branch is dropped for whole samples with
 * probability {@code rate}, and survivors are divided by {@code 1 - rate}.
 */
final class DropPath {

  private final String name;
  private final double rate;

  DropPath(String name, double rate) {
    this.name = name;
    this.rate = rate;
  }

  /** What the branch of each sample is multiplied by, {@code [batch]}; empty where nothing is. */
  Optional<Operand<TFloat32>> factors(Ops tf, int batch, Mode<?> mode) {
    return mode.isTraining() && rate > 0
        ? Optional.of(mode.mask(tf, name, Shape.of(batch), rate))
        : Optional.empty();
  }
}
