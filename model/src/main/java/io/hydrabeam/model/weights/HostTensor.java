package io.hydrabeam.model.weights;

import java.util.Arrays;

/**
 * A float tensor on the Java heap, row-major. Compared by identity; see {@link #bitEquals}.
 *
 * @param shape sizes, outermost first; empty for a scalar
 * @param values {@code product(shape)} numbers; not copied, so not to be changed once shared
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: tensors are large
public record HostTensor(int[] shape, float[] values) {

  public HostTensor {
    long size = 1;
    for (int extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "shape %s holds %d values, got %d"
              .formatted(Arrays.toString(shape), size, values.length));
    }
  }

  /** A tensor of the given values and shape. */
  public static HostTensor of(float[] values, int... shape) {
    return new HostTensor(shape, values);
  }

  /** All zeros. */
  public static HostTensor zeros(int... shape) {
    int size = 1;
    for (int extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    return new HostTensor(shape, new float[size]);
  }

  /** Whether shape and every bit of every value are the same. */
  public boolean bitEquals(HostTensor other) {
    if (!Arrays.equals(shape, other.shape)) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if (Float.floatToRawIntBits(values[i]) != Float.floatToRawIntBits(other.values[i])) {
        return false;
      }
    }
    return true;
  }
}
