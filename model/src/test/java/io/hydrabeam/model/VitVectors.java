package io.hydrabeam.model;

import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Site;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The reference transformer's tensors under canonical names. Written out apart from the loaders
 * under test, so that a mistake there is not repeated here.
 */
public final class VitVectors {

  private VitVectors() {}

  /** The backbone without its pre-training head. */
  public static Map<String, HostTensor> backbone() {
    Map<String, HostTensor> timm = Vectors.tensors("vit_hydra/backbone.safetensors");
    Map<String, HostTensor> named = new LinkedHashMap<>();
    named.put("embedding/patch/kernel", patchKernel(timm.get("patch_embed.proj.weight")));
    named.put("embedding/patch/bias", timm.get("patch_embed.proj.bias"));
    named.put("embedding/class_token", timm.get("cls_token"));
    named.put("embedding/position", timm.get("pos_embed"));
    for (int i = 0; i < Vectors.vit().depth(); i++) {
      String from = "blocks.%d.".formatted(i);
      String to = "encoder/block%02d/".formatted(i);
      norm(named, timm, to + "norm1", from + "norm1");
      dense(named, timm, to + "attention/qkv", from + "attn.qkv");
      dense(named, timm, to + "attention/projection", from + "attn.proj");
      norm(named, timm, to + "norm2", from + "norm2");
      dense(named, timm, to + "mlp/fc1", from + "mlp.fc1");
      dense(named, timm, to + "mlp/fc2", from + "mlp.fc2");
    }
    norm(named, timm, "encoder/norm", "norm");
    return named;
  }

  /** Adapters and head from a file with the original's names. */
  public static Map<String, HostTensor> trained(Map<String, HostTensor> original) {
    Map<String, HostTensor> named = new LinkedHashMap<>();
    for (int i = 0; i < Vectors.vit().depth(); i++) {
      String block = "encoder/block%02d/".formatted(i);
      branch(named, original, block, Site.ATTENTION, "parallel", i, "attn.hydra_proj_par");
      branch(named, original, block, Site.ATTENTION, "sequential", i, "attn.hydra_proj_seq");
      branch(named, original, block, Site.MLP, "parallel", i, "mlp.hydra_mlp_par");
      branch(named, original, block, Site.MLP, "sequential", i, "mlp.hydra_mlp_seq");
    }
    dense(named, original, "head", "head");
    return named;
  }

  /** {@code [batch, channel, row, column]} to {@code [batch, row, column, channel]}. */
  public static HostTensor channelsLast(HostTensor images) {
    int[] s = images.shape();
    float[] values = new float[images.values().length];
    int to = 0;
    for (int b = 0; b < s[0]; b++) {
      for (int pixel = 0; pixel < s[2] * s[3]; pixel++) {
        for (int c = 0; c < s[1]; c++) {
          values[to++] = images.values()[(b * s[1] + c) * s[2] * s[3] + pixel];
        }
      }
    }
    return HostTensor.of(values, s[0], s[2], s[3], s[1]);
  }

  /** Largest absolute difference. */
  public static double distance(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new IllegalArgumentException(
          "%d values against %d".formatted(actual.length, expected.length));
    }
    double distance = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      distance = Double.isNaN(difference) ? Double.NaN : Math.max(distance, difference);
    }
    return distance;
  }

  private static void branch(
      Map<String, HostTensor> named,
      Map<String, HostTensor> original,
      String block,
      Site site,
      String kind,
      int index,
      String name) {
    String layer = site == Site.ATTENTION ? "attention/projection" : "mlp/fc2";
    String to = block + layer + "/hydra_" + kind;
    String from = "blocks.%d.%s".formatted(index, name);
    dense(named, original, to + "/down", from + ".down_proj");
    dense(named, original, to + "/up", from + ".up_proj");
  }

  private static void norm(
      Map<String, HostTensor> named, Map<String, HostTensor> timm, String to, String from) {
    named.put(to + "/scale", timm.get(from + ".weight"));
    named.put(to + "/bias", timm.get(from + ".bias"));
  }

  private static void dense(
      Map<String, HostTensor> named, Map<String, HostTensor> timm, String to, String from) {
    HostTensor weight = timm.get(from + ".weight");
    int out = weight.shape()[0];
    int in = weight.shape()[1];
    float[] kernel = new float[in * out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        kernel[i * out + o] = weight.values()[o * in + i];
      }
    }
    named.put(to + "/kernel", HostTensor.of(kernel, in, out));
    named.put(to + "/bias", timm.get(from + ".bias"));
  }

  /** {@code [out, channel, row, column]} to {@code [row, column, channel, out]}. */
  private static HostTensor patchKernel(HostTensor weight) {
    int[] s = weight.shape();
    float[] kernel = new float[weight.values().length];
    for (int o = 0; o < s[0]; o++) {
      for (int c = 0; c < s[1]; c++) {
        for (int pixel = 0; pixel < s[2] * s[3]; pixel++) {
          kernel[(pixel * s[1] + c) * s[0] + o] =
              weight.values()[(o * s[1] + c) * s[2] * s[3] + pixel];
        }
      }
    }
    return HostTensor.of(kernel, s[2], s[3], s[1], s[0]);
  }
}
