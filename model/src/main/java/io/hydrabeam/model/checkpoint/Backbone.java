package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Normalization;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pre-trained vision transformer without its head.
 *
 * @param config its sizes
 * @param parameters canonical name to value
 * @param hash SHA-256 (hex) over names, shapes and bits; the same whatever file they came from
 * @param normalization of pixels that it was trained with, where its file says so
 * @param ignored tensors of the file that were left out on purpose
 */
public record Backbone(
    VitConfig config,
    Map<String, HostTensor> parameters,
    String hash,
    Optional<Normalization> normalization,
    List<String> ignored) {

  /** Random weights, for training from scratch and as a control. */
  public static Backbone random(VitConfig config, long seed) {
    Map<String, HostTensor> parameters = Initializers.backbone(config, seed);
    return new Backbone(config, parameters, hashOf(parameters), Optional.empty(), List.of());
  }

  /** SHA-256 (hex) over names, shapes and bits, in the order of the names. */
  public static String hashOf(Map<String, HostTensor> parameters) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
    for (Map.Entry<String, HostTensor> entry : new TreeMap<>(parameters).entrySet()) {
      digest.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      HostTensor tensor = entry.getValue();
      digest.update(ByteBuffer.allocate(4).putInt(tensor.shape().length).flip());
      for (int extent : tensor.shape()) {
        digest.update(ByteBuffer.allocate(4).putInt(extent).flip());
      }
      float[] values = tensor.values();
      for (int at = 0; at < values.length; ) {
        chunk.clear();
        int count = Math.min(chunk.capacity() / Float.BYTES, values.length - at);
        chunk.asFloatBuffer().put(values, at, count);
        digest.update(chunk.limit(count * Float.BYTES));
        at += count;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
