package io.hydrabeam.model.optim;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.model.params.SplitMix64;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** The original's GLUE recipe against calculations by hand in double precision. */
class TransformersRecipeTest {

  private static final Map<String, Integer> LENGTHS = lengths();

  private static final int SIZE = 12;

  /** A kernel, a bias, two factors of a norm, a kernel: 5, 1, 2 and 4 numbers. */
  private static Map<String, Integer> lengths() {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    lengths.put("block00/mlp/out/kernel", 5);
    lengths.put("block00/mlp/out/bias", 1);
    lengths.put("block00/norm1/scale", 2);
    lengths.put("head/kernel", 4);
    return lengths;
  }

  private static boolean decays(int i) {
    return i < 5 || i >= 8;
  }

  @Test
  void mask_leavesOutBiasesAndNorms() {
    assertThat(DecayMask.withoutBiasesAndNorms(LENGTHS).runs())
        .containsExactly(0, 5, 3, 4)
        .inOrder();
    assertThat(DecayMask.withoutBiasesAndNorms(Map.of("a/bias", 3)).runs()).containsExactly(3);
  }

  /** Gradients far above epsilon and far below, where its place decides. */
  @ParameterizedTest
  @CsvSource({"1, 0", "1, 0.1", "1e-8, 0.1", "1e-10, 0"})
  void adamW_addsEpsilonBeforeTheCorrection_andDecaysAfterTheStep(double gradients, double decay) {
    SplitMix64 random = new SplitMix64(7);
    double[] weights = new double[SIZE];
    double[] first = new double[SIZE];
    double[] second = new double[SIZE];
    Arrays.setAll(weights, i -> (float) random.nextGaussian());
    double rate = 0.05;
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      GraphVariable parameters =
          GraphVariable.create(tf, "trained", TFloat32.class, Shape.of(SIZE));
      TransformersAdamW optimizer =
          new TransformersAdamW(tf, Shape.of(SIZE), DecayMask.withoutBiasesAndNorms(LENGTHS));
      Placeholder<TFloat32> gradient =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(SIZE)));
      Placeholder<TFloat32> scalars =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(optimizer.scalars())));
      List<Op> update = optimizer.update(tf, parameters, gradient, scalars);
      set(session, parameters, floats(weights));
      optimizer.slots().values().forEach(slot -> set(session, slot, new float[SIZE]));
      for (int step = 1; step <= 5; step++) {
        float[] g = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
          g[i] = (float) (gradients * random.nextGaussian());
          first[i] = 0.9 * first[i] + 0.1 * g[i];
          second[i] = 0.999 * second[i] + 0.001 * g[i] * g[i];
          double size = rate * Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
          weights[i] -= size * first[i] / (Math.sqrt(second[i]) + 1e-8);
          weights[i] -= decays(i) ? rate * decay * weights[i] : 0;
        }
        run(session, update, gradient, g, scalars, optimizer.stepScalars(rate, decay, step));
      }
      float[] actual = read(session, parameters);
      for (int i = 0; i < SIZE; i++) {
        assertThat((double) actual[i]).isWithin(3e-6).of(weights[i]);
      }
    }
  }

  @Test
  void clipping_scalesLongGradientsOfEachJobToTheLimit_andNoOthers() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      float[][] gradients = {{3, 0, 4}, {0.3f, 0.4f, 0}, {0, 0, 0}};
      try (TFloat32 clipped =
          (TFloat32)
              session
                  .runner()
                  .fetch(GradientClipping.call(tf, tf.constant(gradients), 1))
                  .run()
                  .get(0)) {
        assertThat(Tensors.toArray(clipped))
            .usingTolerance(1e-6)
            .containsExactly(new float[] {0.6f, 0, 0.8f, 0.3f, 0.4f, 0, 0, 0, 0})
            .inOrder();
      }
    }
  }

  @Test
  void linearDecay_warmsUpOverARoundedUpShare_thenFallsToZeroBehindTheLastStep() {
    LinearDecay decay = LinearDecay.of(2.0, 0.06, 101); // 6.06 steps
    assertThat(decay.warmupSteps()).isEqualTo(7);
    assertThat(decay.rate(0)).isEqualTo(0);
    assertThat(decay.rate(1)).isWithin(1e-12).of(2.0 / 7);
    assertThat(decay.rate(7)).isEqualTo(2.0);
    assertThat(decay.rate(54)).isWithin(1e-12).of(1.0);
    assertThat(decay.rate(100)).isWithin(1e-12).of(2.0 / 94);
    assertThat(LongStream.range(0, 101).mapToDouble(decay::rate).sum())
        .isWithin(1e-9)
        .of(2.0 * (3 + 47.5)); // triangles: 0 … 6 of 7, 94 … 1 of 94
    assertThat(LinearDecay.of(2.0, 0, 10).rate(0)).isEqualTo(2.0);
    assertThrows(IllegalArgumentException.class, () -> new LinearDecay(1, 11, 10));
  }

  private static float[] floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static void set(Session session, GraphVariable variable, float[] values) {
    try (Tensor tensor = Tensors.floats(values, values.length)) {
      variable.set(session, tensor);
    }
  }

  private static float[] read(Session session, GraphVariable variable) {
    try (TFloat32 value =
        (TFloat32) session.runner().fetch(variable.read(TFloat32.class)).run().get(0)) {
      return Tensors.toArray(value);
    }
  }

  private static void run(
      Session session,
      List<Op> update,
      Placeholder<TFloat32> gradient,
      float[] g,
      Placeholder<TFloat32> scalars,
      float[] s) {
    try (Tensor fedGradient = Tensors.floats(g, g.length);
        Tensor fedScalars = Tensors.floats(s, s.length)) {
      Session.Runner runner =
          session.runner().feed(gradient, fedGradient).feed(scalars, fedScalars);
      update.forEach(op -> runner.addTarget(op.op()));
      runner.run().close();
    }
  }
}
