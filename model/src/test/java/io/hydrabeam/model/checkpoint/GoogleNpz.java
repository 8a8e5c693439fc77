package io.hydrabeam.model.checkpoint;

import static java.util.stream.Collectors.joining;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.WeightFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes backbones in Google's layout, one array at a time, so that full size is no trouble. */
public final class GoogleNpz {

  private GoogleNpz() {}

  /**
   * Writes a random ViT-B/16 to the file that is named: {@code java -cp …
   * io.hydrabeam.model.checkpoint.GoogleNpz vit_b16.npz}.
   */
  public static void main(String[] args) throws IOException {
    VitConfig vit = VitConfig.base16();
    write(Path.of(args[0]), vit, Initializers.backbone(vit, 0));
  }

  /** Writes canonical parameters, without a head. */
  public static void write(Path file, VitConfig vit, Map<String, HostTensor> parameters)
      throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (String name : VitParameters.shapes(vit).keySet()) {
        write(zip, vit, name, parameters.get(name));
      }
    }
  }

  private static void write(ZipOutputStream zip, VitConfig vit, String name, HostTensor tensor)
      throws IOException {
    int width = vit.width();
    String heads = "%d, %d".formatted(vit.heads(), width / vit.heads());
    String block = "";
    String part = name;
    if (name.startsWith("encoder/block")) {
      block = "Transformer/encoderblock_%d/".formatted(Integer.parseInt(name.substring(13, 15)));
      part = name.substring(16);
    }
    switch (part) {
      case "embedding/patch/kernel" -> put(zip, "embedding/kernel", tensor);
      case "embedding/patch/bias" -> put(zip, "embedding/bias", tensor);
      case "embedding/class_token" -> put(zip, "cls", tensor);
      case "embedding/position" -> put(zip, "Transformer/posembed_input/pos_embedding", tensor);
      case "encoder/norm/scale" -> put(zip, "Transformer/encoder_norm/scale", tensor);
      case "encoder/norm/bias" -> put(zip, "Transformer/encoder_norm/bias", tensor);
      case "norm1/scale", "norm1/bias" ->
          put(zip, block + part.replace("norm1", "LayerNorm_0"), tensor);
      case "norm2/scale", "norm2/bias" ->
          put(zip, block + part.replace("norm2", "LayerNorm_2"), tensor);
      case "mlp/fc1/kernel", "mlp/fc1/bias" ->
          put(zip, block + part.replace("mlp/fc1", "MlpBlock_3/Dense_0"), tensor);
      case "mlp/fc2/kernel", "mlp/fc2/bias" ->
          put(zip, block + part.replace("mlp/fc2", "MlpBlock_3/Dense_1"), tensor);
      default -> {
        String attention = block + "MultiHeadDotProductAttention_1/";
        switch (part) {
          case "attention/projection/kernel" ->
              put(
                  zip,
                  attention + "out/kernel",
                  "(%s, %d)".formatted(heads, width),
                  tensor.values());
          case "attention/projection/bias" -> put(zip, attention + "out/bias", tensor);
          case "attention/qkv/kernel" -> {
            String shape = "(%d, %s)".formatted(width, heads);
            put(zip, attention + "query/kernel", shape, columns(tensor, width, 0));
            put(zip, attention + "key/kernel", shape, columns(tensor, width, 1));
            put(zip, attention + "value/kernel", shape, columns(tensor, width, 2));
          }
          case "attention/qkv/bias" -> {
            put(zip, attention + "query/bias", "(" + heads + ")", columns(tensor, width, 0));
            put(zip, attention + "key/bias", "(" + heads + ")", columns(tensor, width, 1));
            put(zip, attention + "value/bias", "(" + heads + ")", columns(tensor, width, 2));
          }
          default -> throw new IllegalArgumentException(name);
        }
      }
    }
  }

  /** Columns {@code which · width} and following of {@code [rows, 3 · width]}. */
  private static float[] columns(HostTensor joint, int width, int which) {
    float[] all = joint.values();
    float[] some = new float[all.length / 3];
    for (int i = 0; i < some.length; i++) {
      some[i] = all[i / width * 3 * width + which * width + i % width];
    }
    return some;
  }

  private static void put(ZipOutputStream zip, String name, HostTensor tensor) throws IOException {
    String extents =
        Arrays.stream(tensor.shape()).mapToObj(Integer::toString).collect(joining(", "));
    put(
        zip,
        name,
        tensor.shape().length == 1 ? "(" + extents + ",)" : "(" + extents + ")",
        tensor.values());
  }

  private static void put(ZipOutputStream zip, String name, String shape, float[] values)
      throws IOException {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    byte[] array = WeightFiles.npy(WeightFiles.dictionary("<f4", shape), data.array());
    CRC32 crc = new CRC32();
    crc.update(array);
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(array.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(array);
    zip.closeEntry();
  }
}
