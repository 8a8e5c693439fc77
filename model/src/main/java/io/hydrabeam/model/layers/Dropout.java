package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Dropout (JMLR 15:1929): while training each element is zero with probability {@code rate}, and
 * those that stay are divided by {@code 1 - rate}.
 */
public final class Dropout {

  private final String name;

  private final double rate;

  /**
   * @param name of the draw, unique in the graph
   * @param rate in [0, 1)
   */
  public Dropout(String name, double rate) {
    this.name = name;
    this.rate = rate;
  }

  /** On {@code x [rows, columns]}. */
  public <T extends TFloating> Operand<T> call(
      Ops tf, Operand<T> x, long rows, long columns, Mode<T> mode) {
    return acts(mode) ? times(tf, x, mode.rowMask(tf, name, rows, columns, rate)) : x;
  }

  /** On {@code x} of any shape whose first size is that of all stacked jobs together. */
  <T extends TFloating> Operand<T> call(Ops tf, Operand<T> x, Shape shape, Mode<T> mode) {
    return acts(mode) ? times(tf, x, mode.mask(tf, name, shape, rate)) : x;
  }

  private boolean acts(Mode<?> mode) {
    return mode.isTraining() && rate > 0;
  }

  private static <T extends TFloating> Operand<T> times(
      Ops tf, Operand<T> x, Operand<TFloat32> mask) {
    return tf.math.mul(x, FloatTypes.cast(tf, mask, x.type()));
  }
}
