package io.hydrabeam.model.graph;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Precision;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The forward pass against activations and logits of the original Python code. */
final class VisionTransformerTest {

  private static final double TOLERANCE = 5e-5;

  @Test
  void logits_withAdapters_equalTheReference() {
    assertThat(VitVectors.distance(forward(adapted()).logits, expected("logits")))
        .isAtMost(TOLERANCE);
  }

  @Test
  void logits_ofTheBareBackbone_equalTheReferenceWithoutAdapters() {
    Map<String, HostTensor> plain = new HashMap<>(VitVectors.backbone());
    adapted()
        .forEach(
            (name, value) -> {
              if (name.startsWith("head/")) {
                plain.put(name, value);
              }
            });
    float[] logits = forward(plain).logits;

    assertThat(VitVectors.distance(logits, expected("logits_without_adapters")))
        .isAtMost(TOLERANCE);
    assertThat(VitVectors.distance(logits, expected("logits"))).isGreaterThan(100 * TOLERANCE);
  }

  @Test
  void activations_afterEveryStage_equalTheReference() {
    Map<String, HostTensor> expected = Vectors.tensors("vit_hydra/activations.safetensors");
    Map<String, float[]> stages = forward(adapted()).stages;
    assertThat(stages.keySet()).containsExactlyElementsIn(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertWithMessage(name)
                .that(
                    VitVectors.distance(
                        Arrays.copyOf(stages.get(name), tensor.values().length), tensor.values()))
                .isAtMost(TOLERANCE));
  }

  private record Forward(float[] logits, Map<String, float[]> stages) {}

  private static Forward forward(Map<String, HostTensor> weights) {
    VitConfig vit = Vectors.vit();
    HostTensor images =
        VitVectors.channelsLast(Vectors.tensors("vit_hydra/inputs.safetensors").get("images"));
    int batch = images.shape()[0];
    Map<String, int[]> shapes = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      GraphParameters parameters =
          new GraphParameters(tf, shapes, new FlatLayout(Map.of()), Precision.FP32);
      VisionTransformer model =
          new VisionTransformer(
              ParameterScope.root(parameters),
              vit,
              new EncoderSettings(Vectors.hydra().scale(), 0, 0, 0));
      try (TFloat32 fed = Tensors.of(images)) {
        Operand<TFloat32> input = tf.constantOf(fed);
        List<Operand<TFloat32>> stages =
            model.encode(tf, input, batch, Mode.evaluation(Precision.FP32, true));
        Operand<TFloat32> normalized = model.normalize(tf, stages.get(vit.depth()));
        Operand<TFloat32> logits =
            model.logits(
                tf, model.features(tf, input, batch, Mode.evaluation(Precision.FP32, true)));
        try (Session session =
            new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
          try (FrozenTensors frozen = FrozenTensors.of(weights, Precision.FP32)) {
            parameters.initializeFrozen(session, frozen);
          }
          Session.Runner runner = session.runner().fetch(logits).fetch(normalized);
          stages.forEach(runner::fetch);
          try (var result = runner.run()) {
            Map<String, float[]> values = new LinkedHashMap<>();
            values.put("final_norm", Tensors.toArray((TFloat32) result.get(1)));
            values.put("embedded", Tensors.toArray((TFloat32) result.get(2)));
            for (int i = 0; i < vit.depth(); i++) {
              values.put("block_" + i, Tensors.toArray((TFloat32) result.get(3 + i)));
            }
            return new Forward(Tensors.toArray((TFloat32) result.get(0)), values);
          }
        }
      }
    }
  }

  private static Map<String, HostTensor> adapted() {
    Map<String, HostTensor> weights = new LinkedHashMap<>(VitVectors.backbone());
    weights.putAll(VitVectors.trained(Vectors.tensors("vit_hydra/adapters.safetensors")));
    return weights;
  }

  private static float[] expected(String name) {
    return Vectors.tensors("vit_hydra/expected.safetensors").get(name).values();
  }
}
