package io.hydrabeam.model;

import io.hydrabeam.model.weights.HostTensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * Copies between Java arrays and TensorFlow's memory; every tensor made here is closed by its user.
 */
public final class Tensors {

  private Tensors() {}

  /** A shape of int sizes. */
  public static Shape shape(int... sizes) {
    long[] wide = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      wide[i] = sizes[i];
    }
    return Shape.of(wide);
  }

  /** Copies a host tensor. */
  public static TFloat32 of(HostTensor tensor) {
    return floats(tensor.values(), tensor.shape());
  }

  /** Copies floats, row-major. */
  public static TFloat32 floats(float[] values, int... shape) {
    return TFloat32.tensorOf(shape(shape), DataBuffers.of(values, true, false));
  }

  /** Copies bytes, row-major. */
  public static TUint8 bytes(byte[] values, int... shape) {
    return TUint8.tensorOf(shape(shape), DataBuffers.of(values, true, false));
  }

  /** Copies ints, row-major. */
  public static TInt32 ints(int[] values, int... shape) {
    return TInt32.tensorOf(shape(shape), DataBuffers.of(values, true, false));
  }

  /** All values, row-major. */
  public static float[] toArray(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
