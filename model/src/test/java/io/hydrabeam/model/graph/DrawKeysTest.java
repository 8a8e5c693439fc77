package io.hydrabeam.model.graph;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.params.ParameterSeeds;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

class DrawKeysTest {
  @Test
  void set_anotherSeed_changesTheKeysOfTheSameGraph() {
    try (Graph graph = new Graph()) {
      DrawKeys keys = new DrawKeys(Ops.create(graph), 1);
      Operand<TInt64> key = keys.of("block/drop").get(0);
      assertThat(keys.of("block/drop").get(0)).isSameInstanceAs(key);
      try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
        for (long seed : new long[] {0, 7}) {
          keys.set(session, seed);
          assertThat(value(session, key)).isEqualTo(ParameterSeeds.of(seed, "block/drop"));
        }
      }
    }
  }

  private static long value(Session session, Operand<TInt64> key) {
    try (var result = session.runner().fetch(key).run()) {
      return ((TInt64) result.get(0)).getLong();
    }
  }
}
