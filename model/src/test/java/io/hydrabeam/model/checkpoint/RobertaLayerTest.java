package io.hydrabeam.model.checkpoint;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.adapters.HydraMerge;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.GraphParameters;
import io.hydrabeam.model.layers.Encoder;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.layers.Sequences;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A RoBERTa layer with Hydra's branches against the original code, with its two typos put right.
 */
class RobertaLayerTest {

  private static final String LAYER = "nlu/layer.safetensors";

  private static final double TOLERANCE = 2e-5;

  private static final double GRADIENT_TOLERANCE = 1e-4;

  private static final JsonNode SIZES = Vectors.json("nlu/config.json");

  private static final int TOKENS = SIZES.get("seq").intValue();

  private static final RobertaConfig CONFIG =
      new RobertaConfig(
          1,
          TOKENS + RobertaConfig.FIRST_POSITION,
          SIZES.get("hidden_size").intValue(),
          1,
          SIZES.get("num_attention_heads").intValue(),
          SIZES.get("intermediate_size").intValue(),
          (float) SIZES.get("layer_norm_eps").doubleValue());

  private static final HydraConfig HYDRA =
      HydraConfig.plain(
          SIZES.get("par_r").intValue(), SIZES.get("seq_r").intValue(), Branches.BOTH);

  private record Computed(float[] output, Map<String, HostTensor> gradients) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void layer_withAdapters_givesTheOriginalsOutputAndGradients(boolean fused) {
    Computed computed = compute(layer(), adapters(), fused);

    assertThat(VitVectors.distance(computed.output(), expected("output"))).isAtMost(TOLERANCE);
    Map<String, HostTensor> gradients = Vectors.tensors("nlu/gradients.safetensors");
    assertThat(gradients).isNotEmpty();
    computed
        .gradients()
        .forEach(
            (name, gradient) ->
                assertWithMessage(name)
                    .that(
                        VitVectors.distance(
                            gradient.values(), inCanonicalOrder(name, gradients).values()))
                    .isAtMost(GRADIENT_TOLERANCE));
  }

  @Test
  void layer_withoutAdapters_givesWhatTheOriginalPublished() {
    assertThat(
            VitVectors.distance(
                compute(layer(), Map.of(), true).output(),
                expected("output_as_published_without_effect")))
        .isAtMost(TOLERANCE);
  }

  @Test
  void layer_merged_givesTheOriginalsWeightsAndTheAdaptedOutput() {
    Map<String, HostTensor> trained = new LinkedHashMap<>(adapters());
    BackboneParameters.headShapes(CONFIG, 2)
        .forEach((name, shape) -> trained.put(name, HostTensor.zeros(shape)));
    Map<String, HostTensor> merged = new LinkedHashMap<>();
    HydraMerge.merge(layer(), trained, HYDRA)
        .forEach(
            (name, tensor) -> {
              if (!name.startsWith(ParameterName.HEAD)) {
                merged.put(name, tensor);
              }
            });

    String layer = ParameterName.fc2(0);
    Map<String, HostTensor> expected = Vectors.tensors("nlu/io.safetensors");
    assertThat(
            VitVectors.distance(
                merged.get(ParameterName.kernel(layer)).values(),
                Layouts.transpose(expected.get("merged.output.dense.weight")).values()))
        .isAtMost(TOLERANCE);
    assertThat(
            VitVectors.distance(
                merged.get(ParameterName.bias(layer)).values(),
                expected.get("merged.output.dense.bias").values()))
        .isAtMost(TOLERANCE);
    float[] output = compute(merged, Map.of(), true).output();
    assertThat(VitVectors.distance(output, expected("output_merged"))).isAtMost(TOLERANCE);
    assertThat(VitVectors.distance(output, compute(layer(), adapters(), true).output()))
        .isAtMost(TOLERANCE);
  }

  private static Computed compute(
      Map<String, HostTensor> layer, Map<String, HostTensor> adapters, boolean fused) {
    Map<String, HostTensor> io = Vectors.tensors("nlu/io.safetensors");
    int batch = SIZES.get("batch").intValue();
    FlatLayout layout = new FlatLayout(shapes(adapters));
    try (Graph graph = new Graph();
        FrozenTensors frozen = FrozenTensors.of(layer, Precision.FP32);
        TFloat32 flat = Tensors.floats(layout.join(adapters), Math.max(0, layout.size()));
        TFloat32 hidden = Tensors.of(rows(io.get("hidden_states")));
        TFloat32 probe = Tensors.of(rows(io.get("probe")));
        TFloat32 mask = mask(batch)) {
      Ops tf = Ops.create(graph);
      GraphParameters parameters = new GraphParameters(tf, shapes(layer), layout, Precision.FP32);
      List<Operand<TFloat32>> outputs =
          new Encoder(
                  ParameterScope.root(parameters),
                  CONFIG.encoder(TOKENS),
                  new EncoderSettings(HYDRA.scale(), 0, 0, 0))
              .call(
                  tf,
                  tf.constantOf(hidden),
                  new Sequences(batch, Optional.of(tf.constantOf(mask))),
                  Mode.evaluation(Precision.FP32, fused));
      Operand<TFloat32> output = outputs.get(1);
      Operand<TFloat32> sum =
          tf.sum(tf.math.mul(output, tf.constantOf(probe)), tf.constant(new int[] {0, 1}));
      try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
        parameters.initializeFrozen(session, frozen);
        parameters.trainable().set(session, flat);
        Session.Runner runner = session.runner().fetch(output);
        if (!adapters.isEmpty()) {
          runner.fetch(parameters.gradient(graph, sum));
        }
        try (var result = runner.run()) {
          return new Computed(
              Tensors.toArray((TFloat32) result.get(0)),
              adapters.isEmpty()
                  ? Map.of()
                  : layout.split(Tensors.toArray((TFloat32) result.get(1))));
        }
      }
    }
  }

  /** {@code [batch, tokens, width] -> [batch·tokens, width]}. */
  private static HostTensor rows(HostTensor sequences) {
    int[] shape = sequences.shape();
    return new HostTensor(new int[] {shape[0] * shape[1], shape[2]}, sequences.values());
  }

  private static TFloat32 mask(int batch) {
    int[] keep = Vectors.integers("nlu/io.safetensors").get("keep_mask");
    float[] mask = new float[keep.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = keep[i] == 1 ? 0 : Sequences.HIDDEN;
    }
    return Tensors.floats(mask, batch, 1, 1, TOKENS);
  }

  private static Map<String, HostTensor> layer() {
    Map<String, int[]> shapes = new LinkedHashMap<>(BackboneParameters.shapes(CONFIG));
    shapes.keySet().removeIf(name -> !name.startsWith(ParameterName.block(0)));
    return read(shapes);
  }

  private static Map<String, HostTensor> adapters() {
    return read(HydraParameters.shapes(CONFIG, HYDRA));
  }

  private static Map<String, HostTensor> read(Map<String, int[]> shapes) {
    Map<String, HostTensor> file = Vectors.tensors(LAYER);
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> tensors.put(name, assemble(name, shape, file)));
    return tensors;
  }

  private static HostTensor inCanonicalOrder(String name, Map<String, HostTensor> file) {
    return assemble(name, HydraParameters.shapes(CONFIG, HYDRA).get(name), file);
  }

  private static HostTensor assemble(String name, int[] shape, Map<String, HostTensor> file) {
    RobertaNames names = RobertaNames.ofAdapter();
    String prefix = names.blocks() + "0.";
    return names.assemble(
        name,
        shape,
        names.sources(name, shape).stream()
            .map(source -> file.get(source.name().substring(prefix.length())))
            .toList());
  }

  private static Map<String, int[]> shapes(Map<String, HostTensor> tensors) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return shapes;
  }

  private static float[] expected(String name) {
    return Vectors.tensors("nlu/io.safetensors").get(name).values();
  }
}
