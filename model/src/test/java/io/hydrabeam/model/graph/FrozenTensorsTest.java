package io.hydrabeam.model.graph;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Precision;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

final class FrozenTensorsTest {

  private static final String KERNEL = ParameterName.kernel(ParameterName.fc1(0));
  private static final String BIAS = ParameterName.bias(ParameterName.fc1(0));
  private static final int COUNT = 1000;

  private final Map<String, HostTensor> weights = Map.of(KERNEL, gaussian(), BIAS, gaussian());

  private static HostTensor gaussian() {
    SplitMix64 random = new SplitMix64(5);
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = (float) random.nextGaussian();
    }
    // Half way between two bfloat16 numbers, once above an even one and once above an odd one.
    values[0] = Float.intBitsToFloat(0x3F808000);
    values[1] = Float.intBitsToFloat(0x3F818000);
    values[2] = -0f;
    return HostTensor.of(values, COUNT, 1);
  }

  @Test
  void of_bfloat16_roundsKernelsAsTensorFlowDoes() {
    try (FrozenTensors frozen = FrozenTensors.of(weights, Precision.BF16);
        Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var cast = tf.dtypes.cast(tf.constant(weights.get(KERNEL).values()), TBfloat16.class);
      var wide = tf.dtypes.cast(cast, TFloat32.class);
      var fed = tf.placeholder(TBfloat16.class);
      try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig());
          var result =
              session
                  .runner()
                  .feed(fed, frozen.get(KERNEL))
                  .fetch(wide)
                  .fetch(tf.dtypes.cast(fed, TFloat32.class))
                  .run()) {
        assertThat(Tensors.toArray((TFloat32) result.get(1)))
            .isEqualTo(Tensors.toArray((TFloat32) result.get(0)));
      }
      assertThat(Tensors.toArray((TFloat32) frozen.get(BIAS)))
          .isEqualTo(weights.get(BIAS).values());
    }
  }

  @Test
  void shared_sameHashAndPrecision_isHeldOnceUntilAllHaveClosedIt() {
    FrozenTensors first = FrozenTensors.shared("h", weights, Precision.FP32);
    FrozenTensors second = FrozenTensors.shared("h", weights, Precision.FP32);
    try (FrozenTensors other = FrozenTensors.shared("h", weights, Precision.BF16)) {
      assertThat(second).isSameInstanceAs(first);
      assertThat(other).isNotSameInstanceAs(first);
    }
    first.close();
    assertThat(Tensors.toArray((TFloat32) second.get(BIAS))).isEqualTo(weights.get(BIAS).values());
    second.close();
    try (FrozenTensors again = FrozenTensors.shared("h", weights, Precision.FP32)) {
      assertThat(again).isNotSameInstanceAs(first);
    }
  }

  @Test
  void changedFrozen_aVariableThatWasAssigned_namesIt() {
    try (FrozenTensors frozen = FrozenTensors.of(weights, Precision.FP32);
        Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      GraphParameters parameters =
          new GraphParameters(
              tf,
              Map.of(KERNEL, new int[] {COUNT, 1}, BIAS, new int[] {COUNT, 1}),
              new FlatLayout(Map.of()),
              Precision.FP32);
      try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
        parameters.initializeFrozen(session, frozen);
        assertThat(parameters.changedFrozen(session, frozen)).isEmpty();
        float[] moved = weights.get(BIAS).values().clone();
        moved[COUNT - 1] = Math.nextUp(moved[COUNT - 1]);
        Map<String, HostTensor> other =
            Map.of(KERNEL, weights.get(KERNEL), BIAS, HostTensor.of(moved, COUNT, 1));
        try (FrozenTensors others = FrozenTensors.of(other, Precision.FP32)) {
          parameters.initializeFrozen(session, others);
        }
        assertThat(parameters.changedFrozen(session, frozen)).hasValue(BIAS);
      }
    }
  }
}
