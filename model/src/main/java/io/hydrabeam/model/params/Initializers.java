package io.hydrabeam.model.params;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.weights.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Initial values. Each tensor is drawn from {@link ParameterSeeds} by its own name, so the same
 * seed gives the same bits on every machine.
 */
public final class Initializers {

  /** Standard deviation of a random backbone's positions before truncation. */
  static final double POSITION_DEVIATION = 0.1;

  private static final Set<String> EMBEDDINGS =
      Set.of(ParameterName.POSITION, ParameterName.TOKEN, ParameterName.SEGMENT);

  /** Standard deviation of the adapters' down kernels in CLIP. */
  static final double CLIP_DEVIATION = 0.02;

  private Initializers() {}

  /**
   * Adapters as the original starts them: the down kernels Xavier uniform or, in CLIP, normal with
   * deviation {@value #CLIP_DEVIATION} or, in RoBERTa, Kaiming uniform with a = √5; everything else
   * zero, so that the adapted model equals the frozen one.
   *
   * @return canonical name to tensor, in the order of {@link HydraParameters#shapes}
   */
  public static Map<String, HostTensor> adapters(
      BackboneConfig model, HydraConfig hydra, long seed) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> entry : HydraParameters.shapes(model, hydra).entrySet()) {
      String name = entry.getKey();
      int[] shape = entry.getValue();
      tensors.put(
          name,
          name.endsWith("/down/kernel") ? down(model, shape, seed, name) : HostTensor.zeros(shape));
    }
    return tensors;
  }

  private static HostTensor down(BackboneConfig model, int[] shape, long seed, String name) {
    if (model instanceof VitConfig vit) {
      return vit.isClip()
          ? normal(shape, CLIP_DEVIATION, seed, name)
          : uniform(shape, Math.sqrt(6.0 / (shape[0] + shape[1])), seed, name);
    }
    return uniform(shape, 1 / Math.sqrt(shape[0]), seed, name);
  }

  /**
   * A classifier, kernel and bias uniform in ±1/sqrt(featureWidth), as the original's framework
   * makes a linear layer.
   *
   * <p>RoBERTa's two layers: kernels normal with deviation {@value #CLIP_DEVIATION}, biases zero.
   *
   * @return {@code head/kernel} [featureWidth, classes] and {@code head/bias} [classes], of RoBERTa
   *     also {@code head/dense/…}
   */
  public static Map<String, HostTensor> head(BackboneConfig model, int classes, long seed) {
    double bound = 1 / Math.sqrt(model.featureWidth());
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    BackboneParameters.headShapes(model, classes)
        .forEach(
            (name, shape) ->
                tensors.put(
                    name,
                    model instanceof VitConfig
                        ? uniform(shape, bound, seed, name)
                        : robertaHead(shape, seed, name)));
    return tensors;
  }

  private static HostTensor robertaHead(int[] shape, long seed, String name) {
    return name.endsWith("/bias")
        ? HostTensor.zeros(shape)
        : normal(shape, CLIP_DEVIATION, seed, name);
  }

  /** Zeros of these shapes. */
  public static Map<String, HostTensor> zeros(Map<String, int[]> shapes) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> tensors.put(name, HostTensor.zeros(shape)));
    return tensors;
  }

  /**
   * An untrained backbone: kernels normal with deviation 1/sqrt(inputs), positions and tokens with
   * {@link #POSITION_DEVIATION}, drawn again beyond two deviations; LayerNorm factors one; biases
   * and class token zero. (The usual 0.02 everywhere suits widths near 768; at width 96 it costs
   * epochs.)
   *
   * @return canonical name to tensor, in the order of {@link BackboneParameters#shapes}
   */
  public static Map<String, HostTensor> backbone(BackboneConfig model, long seed) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> entry : BackboneParameters.shapes(model).entrySet()) {
      String name = entry.getKey();
      HostTensor tensor = HostTensor.zeros(entry.getValue());
      if (name.endsWith("/kernel")) {
        int outputs = entry.getValue()[entry.getValue().length - 1];
        double deviation = Math.sqrt((double) outputs / tensor.values().length);
        fillTruncatedNormal(tensor.values(), deviation, ParameterSeeds.random(seed, name));
      } else if (EMBEDDINGS.contains(name)) {
        fillTruncatedNormal(tensor.values(), POSITION_DEVIATION, ParameterSeeds.random(seed, name));
      } else if (name.endsWith("/scale")) {
        Arrays.fill(tensor.values(), 1);
      }
      tensors.put(name, tensor);
    }
    return tensors;
  }

  private static HostTensor uniform(int[] shape, double bound, long seed, String name) {
    HostTensor tensor = HostTensor.zeros(shape);
    SplitMix64 random = ParameterSeeds.random(seed, name);
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    return tensor;
  }

  private static HostTensor normal(int[] shape, double deviation, long seed, String name) {
    HostTensor tensor = HostTensor.zeros(shape);
    SplitMix64 random = ParameterSeeds.random(seed, name);
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return tensor;
  }

  private static void fillTruncatedNormal(float[] values, double deviation, SplitMix64 random) {
    for (int i = 0; i < values.length; i++) {
      double draw;
      do {
        draw = random.nextGaussian();
      } while (Math.abs(draw) > 2);
      values[i] = (float) (deviation * draw);
    }
  }
}
