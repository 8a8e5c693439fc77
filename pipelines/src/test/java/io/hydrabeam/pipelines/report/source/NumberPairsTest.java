package io.hydrabeam.pipelines.report.source;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.evaluations.Prediction;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NumberPairsTest {

  @Test
  void add_countsAllAndDrawsSome() {
    NumberPairs pairs = new NumberPairs(5000, 3);
    for (int i = 0; i < 5000; i++) {
      pairs.add(prediction("k" + i, 1, i % 2 == 0 ? 2 : 1), Optional.empty());
    }
    assertThat(pairs.count()).isEqualTo(5000);
    assertThat(pairs.meanError()).isWithin(1e-9).of(0.5);
    assertThat(pairs.drawn().size()).isAtMost(2000);
    assertThat(pairs.drawn().size()).isAtLeast(1500);
    // Where nothing can be shown, nothing is promised.
    assertThat(pairs.worst()).isEmpty();
  }

  private static Prediction prediction(String key, float number, float predicted) {
    return new Prediction(key, new int[] {0}, 0, new float[] {predicted}, number);
  }
}
