package io.hydrabeam.model.layers;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.params.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Fused functions and their gradients against the same formulas, operation by operation. */
final class FusedTest {

  private static final int ROWS = 5;
  private static final int WIDTH = 24;
  private static final float EPSILON = 1e-6f;

  private final SplitMix64 random = new SplitMix64(11);

  /** From inputs to an output of the first one's shape. */
  private interface Layer {
    Operand<TFloat32> call(Ops tf, List<Operand<TFloat32>> inputs);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activation_valuesAndGradients_areThePlainOnes(Activation activation) {
    float[][] inputs = {gaussian(ROWS * WIDTH, 3)};
    assertSame(
        run((tf, in) -> Fused.activation(tf, in.get(0), activation), inputs),
        run((tf, in) -> Activations.call(tf, in.get(0), activation), inputs));
  }

  @Test
  void layerNorm_valuesAndGradients_areThePlainOnes() {
    float[][] inputs = {gaussian(ROWS * WIDTH, 2), gaussian(WIDTH, 1), gaussian(WIDTH, 1)};
    assertSame(
        run((tf, in) -> Fused.layerNorm(tf, in.get(0), in.get(1), in.get(2), EPSILON), inputs),
        run((tf, in) -> LayerNorm.plain(tf, in.get(0), in.get(1), in.get(2), EPSILON), inputs));
  }

  @Test
  void suits_aCpu_isTrue() {
    assertThat(Fused.suits(TensorFlowRuntime.singleThread())).isTrue();
  }

  /** Output, then the gradients of a weighted sum of it. */
  private static List<float[]> run(Layer layer, float[][] inputs) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<Operand<TFloat32>> operands = new ArrayList<>();
      Output<?>[] with = new Output<?>[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        Operand<TFloat32> flat = tf.constant(inputs[i]);
        operands.add(
            inputs[i].length == WIDTH
                ? flat
                : tf.reshape(flat, tf.constant(new int[] {ROWS, WIDTH})));
        with[i] = operands.get(i).asOutput();
      }
      Operand<TFloat32> output = layer.call(tf, operands);
      Operand<TFloat32> weighted = tf.math.mul(output, tf.math.sin(operands.get(0)));
      Operand<TFloat32> sum = tf.sum(weighted, tf.constant(new int[] {0, 1}));
      try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
        Session.Runner runner = session.runner().fetch(output);
        for (Output<?> gradient : graph.addGradients(sum.asOutput(), with)) {
          runner.fetch(gradient);
        }
        List<float[]> values = new ArrayList<>();
        try (var result = runner.run()) {
          for (int i = 0; i < result.size(); i++) {
            values.add(Tensors.toArray((TFloat32) result.get(i)));
          }
        }
        return values;
      }
    }
  }

  private static void assertSame(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSize(expected.size());
    for (int t = 0; t < actual.size(); t++) {
      for (int i = 0; i < expected.get(t).length; i++) {
        assertWithMessage("tensor %s, element %s", t, i)
            .that(actual.get(t)[i])
            .isWithin(2e-5f * Math.max(1, Math.abs(expected.get(t)[i])))
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
