package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** Between number formats; where the format is already the one wanted, nothing is added. */
final class FloatTypes {

  private FloatTypes() {}

  /** In single precision. */
  static Operand<TFloat32> wide(Ops tf, Operand<? extends TFloating> x) {
    return cast(tf, x, TFloat32.class);
  }

  /** In a given format. */
  @SuppressWarnings("unchecked") // after the comparison of the types
  static <T extends TFloating> Operand<T> cast(
      Ops tf, Operand<? extends TFloating> x, Class<T> type) {
    return x.type().equals(type) ? (Operand<T>) x : tf.dtypes.cast(x, type);
  }

  /** A scalar. */
  static <T extends TFloating> Operand<T> constant(Ops tf, double value, Class<T> type) {
    return cast(tf, tf.constant((float) value), type);
  }
}
