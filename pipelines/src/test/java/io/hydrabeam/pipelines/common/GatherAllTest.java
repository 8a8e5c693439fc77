package io.hydrabeam.pipelines.common;

import static com.google.common.truth.Truth.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;

class GatherAllTest {

  @Test
  void expand_manyElements_isOneListOfAll() {
    List<Integer> elements = IntStream.range(0, 500).boxed().toList();
    Pipeline pipeline = Pipeline.create();
    PCollection<List<Integer>> gathered =
        pipeline.apply(Create.of(elements)).apply(GatherAll.create());
    PAssert.thatSingleton(gathered)
        .satisfies(
            all -> {
              assertThat(all).containsExactlyElementsIn(elements);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void expand_nothing_isNothing() {
    Pipeline pipeline = Pipeline.create();
    PCollection<List<Integer>> gathered =
        pipeline.apply(Create.empty(TypeDescriptors.integers())).apply(GatherAll.create());
    PAssert.that(gathered).empty();
    pipeline.run().waitUntilFinish();
  }
}
