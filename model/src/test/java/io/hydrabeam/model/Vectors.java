package io.hydrabeam.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Site;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Reference vectors made with the original code: those in the test resources or, with {@code
 * -Dvectors=DIR}, another set of the same layout. Sizes come from the set's own {@code
 * config.json}.
 *
 * <p>Reads safetensors with a few lines of its own, so that the reader under test is not judged by
 * itself.
 */
public final class Vectors {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Vectors() {}

  /** The bytes of a file such as {@code vit_hydra/backbone.safetensors}; {@code .gz} unpacked. */
  public static byte[] bytes(String file) {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readAllBytes();
      if (!file.endsWith(".gz")) {
        return bytes;
      }
      try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return unpacked.readAllBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read reference vectors " + file, e);
    }
  }

  /** A JSON file, parsed. */
  public static JsonNode json(String file) {
    try {
      return JSON.readTree(bytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read reference vectors " + file, e);
    }
  }

  /** A copy of a file, unpacked, in {@code folder}. */
  public static Path copy(String file, Path folder) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    Path copy = folder.resolve(name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name);
    try {
      return Files.write(copy, bytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All F32 tensors of a safetensors file, by the names in the file. */
  public static Map<String, HostTensor> tensors(String file) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    forEach(
        file,
        "F32",
        (name, shape, data) -> {
          float[] values = new float[data.remaining() / Float.BYTES];
          data.asFloatBuffer().get(values);
          tensors.put(name, new HostTensor(shape, values));
        });
    return tensors;
  }

  /** All I64 tensors of a safetensors file, as flat arrays. */
  public static Map<String, int[]> integers(String file) {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    forEach(
        file,
        "I64",
        (name, shape, data) -> {
          int[] values = new int[data.remaining() / Long.BYTES];
          for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(data.getLong());
          }
          tensors.put(name, values);
        });
    return tensors;
  }

  /** Sizes of the vision transformer in {@code vit_hydra}. */
  public static VitConfig vit() {
    JsonNode config = json("vit_hydra/config.json");
    int width = config.get("embed_dim").intValue();
    return new VitConfig(
        config.get("img_size").intValue(),
        config.get("patch_size").intValue(),
        width,
        config.get("depth").intValue(),
        config.get("num_heads").intValue(),
        (int) Math.round(width * config.get("mlp_ratio").doubleValue()),
        (float) config.get("layer_norm_eps").doubleValue());
  }

  /** The adapters in {@code vit_hydra}: both branches at both sites. */
  public static HydraConfig hydra() {
    JsonNode config = json("vit_hydra/config.json");
    return new HydraConfig(
        config.get("rank").intValue(),
        config.get("scale").doubleValue(),
        config.get("adapter_dropout").doubleValue(),
        Branches.BOTH,
        EnumSet.of(Site.ATTENTION, Site.MLP));
  }

  /** Number of classes of the trained head in {@code vit_hydra}. */
  public static int classes() {
    return json("vit_hydra/config.json").get("num_classes").intValue();
  }

  private interface Visitor {
    void visit(String name, int[] shape, ByteBuffer data);
  }

  private static void forEach(String file, String dtype, Visitor visitor) {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    JsonNode header;
    try {
      header = JSON.readTree(new String(bytes.array(), 8, length, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read reference vectors " + file, e);
    }
    int start = 8 + length;
    for (Iterator<Map.Entry<String, JsonNode>> fields = header.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode info = field.getValue();
      if (field.getKey().equals("__metadata__") || !info.get("dtype").asText().equals(dtype)) {
        continue;
      }
      int[] shape = new int[info.get("shape").size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = info.get("shape").get(i).intValue();
      }
      int from = info.get("data_offsets").get(0).intValue();
      int to = info.get("data_offsets").get(1).intValue();
      visitor.visit(
          field.getKey(),
          shape,
          bytes.slice(start + from, to - from).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private static InputStream open(String file) throws IOException {
    String folder = System.getProperty("vectors", "");
    if (!folder.isEmpty()) {
      Path path = Path.of(folder);
      if (!path.isAbsolute()) {
        // Maven runs each module's tests in its own folder; a relative path means the caller's.
        path = Path.of(System.getProperty("hydra.basedir", ".")).resolve(path);
      }
      return Files.newInputStream(path.resolve(file));
    }
    InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file);
    if (in == null) {
      throw new IOException("no such test resource: /vectors/" + file);
    }
    return in;
  }
}
