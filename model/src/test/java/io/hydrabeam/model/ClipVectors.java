package io.hydrabeam.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The reference CLIP in {@code clip_hydra}: sizes and inputs, and adapters by canonical name. */
public final class ClipVectors {

  public static final String FOLDER = "clip_hydra/";

  private ClipVectors() {}

  public static VitConfig image() {
    JsonNode config = config();
    int width = config.get("vision_width").intValue();
    return new VitConfig(
        config.get("image_resolution").intValue(),
        config.get("vision_patch_size").intValue(),
        width,
        config.get("vision_layers").intValue(),
        config.get("vision_heads").intValue(),
        4 * width,
        (float) config.get("layer_norm_eps").doubleValue(),
        Activation.QUICK_GELU,
        config.get("embed_dim").intValue());
  }

  public static TextConfig text() {
    JsonNode config = config();
    int width = config.get("transformer_width").intValue();
    return new TextConfig(
        config.get("vocab_size").intValue(),
        config.get("context_length").intValue(),
        width,
        config.get("transformer_layers").intValue(),
        config.get("text_heads").intValue(),
        4 * width,
        (float) config.get("layer_norm_eps").doubleValue(),
        Activation.QUICK_GELU,
        config.get("embed_dim").intValue());
  }

  /** The adapters: both branches at the MLP only. */
  public static HydraConfig hydra() {
    JsonNode config = config();
    return new HydraConfig(
        config.get("adapter_rank").intValue(),
        config.get("adapter_scale").doubleValue(),
        0,
        Branches.BOTH,
        EnumSet.of(Site.MLP));
  }

  public static int classes() {
    return config().get("n_class").intValue();
  }

  public static JsonNode config() {
    return Vectors.json(FOLDER + "config.json");
  }

  /** The image tower's adapters; written out apart from the loader under test. */
  public static Map<String, HostTensor> adapters() {
    return adapters(Vectors.tensors(FOLDER + "adapters.safetensors"));
  }

  /** As {@link #adapters()}, from tensors under the original's names. */
  public static Map<String, HostTensor> adapters(Map<String, HostTensor> original) {
    Map<String, HostTensor> named = new LinkedHashMap<>();
    for (int i = 0; i < image().depth(); i++) {
      for (String branch : List.of("parallel", "sequential")) {
        for (String layer : List.of("down", "up")) {
          String from =
              "visual.transformer.resblocks.%d.mlp.ad_lin.adapter_%s.%s_proj."
                  .formatted(i, branch.substring(0, 3), layer);
          String to = "encoder/block%02d/mlp/fc2/hydra_%s/%s/".formatted(i, branch, layer);
          named.put(to + "kernel", transposed(original.get(from + "weight")));
          named.put(to + "bias", original.get(from + "bias"));
        }
      }
    }
    return named;
  }

  /** The head that the texts give: {@code head/kernel} and {@code head/bias}. */
  public static Map<String, HostTensor> head() {
    Map<String, HostTensor> expected = expected();
    Map<String, HostTensor> head = new LinkedHashMap<>();
    head.put("head/kernel", transposed(expected.get("head_init.weight")));
    head.put("head/bias", expected.get("head_init.bias"));
    return head;
  }

  public static Map<String, HostTensor> expected() {
    return Vectors.tensors(FOLDER + "expected.safetensors");
  }

  /** Normalised images {@code [count, size, size, 3]}. */
  public static HostTensor images() {
    return VitVectors.channelsLast(Vectors.tensors(FOLDER + "inputs.safetensors.gz").get("images"));
  }

  /** Rows of token ids; {@code class_token_ids} class by class. */
  public static List<int[]> tokenIds(String name) {
    int[] flat = Vectors.integers(FOLDER + "inputs.safetensors.gz").get(name);
    int context = text().context();
    List<int[]> rows = new ArrayList<>();
    for (int start = 0; start < flat.length; start += context) {
      rows.add(Arrays.copyOfRange(flat, start, start + context));
    }
    return rows;
  }

  /** A matrix with its sides changed. */
  public static HostTensor transposed(HostTensor matrix) {
    int rows = matrix.shape()[0];
    int columns = matrix.shape()[1];
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[column * rows + row] = matrix.values()[row * columns + column];
      }
    }
    return HostTensor.of(values, columns, rows);
  }
}
