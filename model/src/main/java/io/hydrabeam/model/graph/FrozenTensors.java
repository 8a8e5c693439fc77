package io.hydrabeam.model.graph;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Precision;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Frozen parameters in TensorFlow's memory. Variables that are set to them refer to this memory, so
 * that however many sessions of a process use the same backbone, it is held once.
 *
 * <p>Kernels of matrix products are held in the precision that the products are computed in, what
 * is added or normalised with in single precision. Safe for concurrent use.
 */
public final class FrozenTensors implements AutoCloseable {

  private static final int CHUNK = 1 << 16;

  /** Those that are in use, by what they hold. */
  private static final Map<Key, FrozenTensors> SHARED = new HashMap<>();

  private record Key(String hash, Precision precision) {}

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Long> sums = new HashMap<>();
  private int users = 1;

  private FrozenTensors(Map<String, HostTensor> weights, Precision precision) {
    weights.forEach(
        (name, weight) -> {
          Tensor tensor =
              typeOf(name, precision).equals(TBfloat16.class)
                  ? rounded(weight)
                  : Tensors.of(weight);
          tensors.put(name, tensor);
          sums.put(name, sum(tensor));
        });
  }

  /** Copies parameters. */
  public static FrozenTensors of(Map<String, HostTensor> weights, Precision precision) {
    return new FrozenTensors(weights, precision);
  }

  /**
   * The same for all who ask at the same time; each closes it once.
   *
   * @param hash of the weights
   */
  public static FrozenTensors shared(
      String hash, Map<String, HostTensor> weights, Precision precision) {
    synchronized (SHARED) {
      Key key = new Key(hash, precision);
      FrozenTensors held = SHARED.get(key);
      if (held != null) {
        held.users++;
        return held;
      }
      FrozenTensors made = new FrozenTensors(weights, precision);
      SHARED.put(key, made);
      return made;
    }
  }

  /** The format that a parameter is held in. */
  static Class<? extends TFloating> typeOf(String name, Precision precision) {
    return ParameterName.isProductKernel(name) ? Mode.typeOf(precision) : TFloat32.class;
  }

  /**
   * A parameter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no value is given for " + name);
    }
    return tensor;
  }

  /** Whether a tensor has the bytes that the parameter was made with. */
  boolean isUnchanged(String name, Tensor tensor) {
    Long expected = sums.get(name);
    return expected != null && expected == sum(tensor);
  }

  private static long sum(Tensor tensor) {
    CRC32C sum = new CRC32C();
    byte[] chunk = new byte[CHUNK];
    ByteDataBuffer bytes = tensor.asRawTensor().data();
    for (long start = 0; start < bytes.size(); start += CHUNK) {
      int length = (int) Math.min(CHUNK, bytes.size() - start);
      bytes.slice(start, length).read(chunk, 0, length);
      sum.update(chunk, 0, length);
    }
    return sum.getValue();
  }

  /** To the nearest bfloat16, ties to even, as TensorFlow's own cast. */
  private static TBfloat16 rounded(HostTensor weight) {
    float[] values = weight.values();
    TBfloat16 tensor = TBfloat16.tensorOf(Tensors.shape(weight.shape()));
    var shorts = tensor.asRawTensor().data().asShorts();
    short[] chunk = new short[CHUNK];
    for (int start = 0; start < values.length; start += CHUNK) {
      int length = Math.min(CHUNK, values.length - start);
      for (int i = 0; i < length; i++) {
        int bits = Float.floatToRawIntBits(values[start + i]);
        chunk[i] = (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
      }
      shorts.slice(start, length).write(chunk, 0, length);
    }
    return tensor;
  }

  /** Frees the memory once all who share it have closed it, and no variable refers to it. */
  @Override
  public void close() {
    synchronized (SHARED) {
      if (--users > 0) {
        return;
      }
      SHARED.values().remove(this);
    }
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }
}
