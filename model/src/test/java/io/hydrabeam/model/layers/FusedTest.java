package io.hydrabeam.model.layers;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.params.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/** Kernels and their gradients against the same formulas, operation by operation. */
final class FusedTest {

  private static final int BATCH = 2;
  private static final int TOKENS = 3;
  private static final int HEADS = 4;
  private static final int HEAD_WIDTH = 6;
  private static final int ROWS = BATCH * TOKENS;
  private static final int WIDTH = HEADS * HEAD_WIDTH;
  private static final float EPSILON = 1e-6f;

  private final SplitMix64 random = new SplitMix64(11);

  /** An input: its sizes and the deviation of its values. */
  private record Input(double deviation, int... shape) {}

  /** From inputs to outputs. */
  private interface Layer {
    List<Operand<TFloat32>> call(Ops tf, List<Operand<TFloat32>> inputs);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activation_valuesAndGradients_areThePlainOnes(Activation activation) {
    assertSame(
        (tf, in) -> List.of(Fused.activation(tf, in.get(0), activation)),
        (tf, in) -> List.of(Activations.call(tf, in.get(0), activation)),
        new Input(3, ROWS, WIDTH));
  }

  @Test
  void layerNorm_valuesAndGradients_areThePlainOnes() {
    assertSame(
        (tf, in) ->
            List.of(Fused.layerNorm(tf, in.get(0), in.get(1), in.get(2), EPSILON, TFloat32.class)),
        (tf, in) -> List.of(LayerNorm.formula(tf, in.get(0), in.get(1), in.get(2), EPSILON)),
        new Input(2, ROWS, WIDTH),
        new Input(1, WIDTH),
        new Input(1, WIDTH));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void addAndNorm_valuesAndGradients_areThePlainOnes(boolean drops) {
    float[] factors = {0, 1.25f};
    assertSame(
        (tf, in) -> {
          LayerNorm.Added<TFloat32> both =
              Fused.addAndNorm(
                  tf,
                  in.get(0),
                  in.get(1),
                  drops ? List.of(tf.constant(factors)) : List.of(),
                  in.get(2),
                  in.get(3),
                  EPSILON);
          return List.of(both.sum(), both.normalized());
        },
        (tf, in) -> {
          Operand<TFloat32> sum =
              LayerNorm.sum(
                  tf, in.get(0), in.get(1), drops ? List.of(tf.constant(factors)) : List.of());
          return List.of(sum, LayerNorm.formula(tf, sum, in.get(2), in.get(3), EPSILON));
        },
        new Input(2, ROWS, WIDTH),
        new Input(1, ROWS, WIDTH),
        new Input(1, WIDTH),
        new Input(1, WIDTH));
  }

  static Stream<Heads.Layout> layouts() {
    return Stream.of(
        new Heads.Layout(BATCH, TOKENS, 3, HEADS, HEAD_WIDTH, 0.25),
        new Heads.Layout(BATCH, TOKENS, 2, HEADS, HEAD_WIDTH, 1),
        new Heads.Layout(BATCH, 1, 1, HEADS, HEAD_WIDTH, 0.5));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void splitHeads_valuesAndGradients_areThePlainOnes(Heads.Layout layout) {
    assertSame(
        (tf, in) -> Fused.splitHeads(tf, in.get(0), in.get(1), layout),
        (tf, in) -> Heads.split(tf, tf.math.add(in.get(0), in.get(1)), layout),
        new Input(1, layout.batch() * layout.tokens(), layout.parts() * WIDTH),
        new Input(1, layout.parts() * WIDTH));
  }

  @Test
  void joinHeads_valuesAndGradients_areThePlainOnes() {
    // As many rows each, so that by what they do TensorFlow takes the functions for the same; their
    // gradients differ.
    for (int tokens : new int[] {TOKENS, BATCH, 1}) {
      Heads.Layout layout = new Heads.Layout(ROWS / tokens, tokens, 1, HEADS, HEAD_WIDTH, 1);
      assertSame(
          (tf, in) -> List.of(Fused.joinHeads(tf, in.get(0), layout)),
          (tf, in) -> List.of(Heads.join(tf, in.get(0), layout)),
          new Input(1, layout.batch(), HEADS, tokens, HEAD_WIDTH));
    }
  }

  @Test
  void softmax_valuesAndGradients_areThePlainOnes() {
    assertSame(
        (tf, in) -> List.of(Fused.softmax(tf, in.get(0))),
        (tf, in) -> List.of(tf.nn.softmax(in.get(0))),
        new Input(2, BATCH, HEADS, TOKENS, TOKENS));
  }

  @Test
  void activation_inBfloat16_roundsTheSingleResult() {
    float[] x = gaussian(ROWS * WIDTH, 3);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TBfloat16> rounded = tf.dtypes.cast(tf.constant(x), TBfloat16.class);
      Operand<TFloat32> half = FloatTypes.wide(tf, Fused.activation(tf, rounded, Activation.GELU));
      Operand<TFloat32> single =
          FloatTypes.wide(
              tf,
              tf.dtypes.cast(
                  Activations.call(tf, FloatTypes.wide(tf, rounded), Activation.GELU),
                  TBfloat16.class));
      List<float[]> values = fetch(graph, List.of(half.asOutput(), single.asOutput()));
      assertClose(values.subList(0, 1), values.subList(1, 2), 1f / 128);
    }
  }

  @Test
  void suits_aCpu_isTrue() {
    assertThat(Fused.suits(TensorFlowRuntime.singleThread())).isTrue();
  }

  private void assertSame(Layer fused, Layer plain, Input... inputs) {
    List<float[]> values = new ArrayList<>();
    for (Input input : inputs) {
      int size = 1;
      for (int extent : input.shape()) {
        size *= extent;
      }
      values.add(gaussian(size, input.deviation()));
    }
    assertClose(run(fused, inputs, values), run(plain, inputs, values), 2e-5f);
  }

  /** Outputs, then the gradients of a weighted sum of them. */
  private static List<float[]> run(Layer layer, Input[] inputs, List<float[]> values) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<Operand<TFloat32>> operands = new ArrayList<>();
      for (int i = 0; i < inputs.length; i++) {
        operands.add(
            tf.reshape(tf.constant(values.get(i)), tf.constant(inputs[i].shape().clone())));
      }
      List<Operand<TFloat32>> outputs = layer.call(tf, operands);
      Operand<TFloat32> sum = tf.constant(0f);
      for (Operand<TFloat32> output : outputs) {
        // The gradient differs from element to element.
        Operand<TFloat32> flat = tf.reshape(output, tf.constant(new int[] {-1}));
        float[] weights = new float[(int) output.shape().size()];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = (float) Math.sin(i + outputs.indexOf(output));
        }
        sum = tf.math.add(sum, tf.sum(tf.math.mul(flat, tf.constant(weights)), tf.constant(0)));
      }
      Output<?>[] with = operands.stream().map(Operand::asOutput).toArray(Output[]::new);
      List<Output<?>> fetched = new ArrayList<>();
      outputs.forEach(output -> fetched.add(output.asOutput()));
      fetched.addAll(List.of(graph.addGradients(sum.asOutput(), with)));
      return fetch(graph, fetched);
    }
  }

  private static List<float[]> fetch(Graph graph, List<? extends Output<?>> fetched) {
    try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
      Session.Runner runner = session.runner();
      fetched.forEach(runner::fetch);
      List<float[]> values = new ArrayList<>();
      try (var result = runner.run()) {
        for (int i = 0; i < result.size(); i++) {
          values.add(Tensors.toArray((TFloat32) result.get(i)));
        }
      }
      return values;
    }
  }

  private static void assertClose(List<float[]> actual, List<float[]> expected, float tolerance) {
    assertThat(actual).hasSize(expected.size());
    for (int t = 0; t < actual.size(); t++) {
      assertThat(actual.get(t)).hasLength(expected.get(t).length);
      for (int i = 0; i < expected.get(t).length; i++) {
        assertWithMessage("tensor %s, element %s", t, i)
            .that(actual.get(t)[i])
            .isWithin(tolerance * Math.max(1, Math.abs(expected.get(t)[i])))
            .of(expected.get(t)[i]);
      }
    }
  }

  private float[] gaussian(int length, double deviation) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
