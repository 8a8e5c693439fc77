package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.weights.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A hash of a model that depends on nothing but its function: tensors, heads, epsilon, activation.
 */
final class TensorHash {

  private static final int BUFFER_BYTES = 1 << 16;

  /** Below zero, so that it cannot be taken for a name's length; GELU has no mark. */
  private static final int QUICK_GELU = -1;

  private TensorHash() {}

  /** SHA-256 in hex; the map's order does not matter. */
  static String of(
      int heads, float epsilon, Activation activation, Map<String, HostTensor> tensors) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    update(digest, buffer.putInt(heads).putFloat(epsilon));
    if (activation == Activation.QUICK_GELU) {
      update(digest, buffer.clear().putInt(QUICK_GELU));
    }
    for (Map.Entry<String, HostTensor> entry : new TreeMap<>(tensors).entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
      int[] shape = entry.getValue().shape();
      // Lengths first, so that no two sets of tensors give the same bytes.
      update(digest, buffer.clear().putInt(name.length).putInt(shape.length));
      digest.update(name);
      for (int extent : shape) {
        update(digest, buffer.clear().putInt(extent));
      }
      float[] values = entry.getValue().values();
      int step = BUFFER_BYTES / Float.BYTES;
      for (int done = 0; done < values.length; done += step) {
        int count = Math.min(step, values.length - done);
        buffer.clear().asFloatBuffer().put(values, done, count);
        digest.update(buffer.array(), 0, count * Float.BYTES);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, ByteBuffer buffer) {
    digest.update(buffer.flip());
  }
}
