package io.hydrabeam.model.metrics;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerformanceEfficiencyTest {

  /** The published 5-shot table with CLIP ViT-B/32: parameters in millions, mean score, PE. */
  @ParameterizedTest
  @CsvSource({
    "full,          87.9, 65.49, 0.498",
    "linear,        0.03, 66.32, 0.663",
    "adapter,       1.24, 65.08, 0.647",
    "lora,          0.18, 61.48, 0.614",
    "compacter,     0.08, 62.79, 0.628",
    "kadaptation,   0.08, 68.92, 0.689",
    "hydra,         0.20, 70.95, 0.709",
  })
  void of_publishedRows_isThePublishedScore(
      String method, double millions, double percent, String published) {
    double score = PerformanceEfficiency.of(percent / 100, millions * 1e6);
    assertThat(String.format(Locale.ROOT, "%.3f", score)).isEqualTo(published);
  }

  @Test
  void of_noTrainableParameters_isTheScore() {
    assertThat(PerformanceEfficiency.of(0.7, 0)).isEqualTo(0.7);
  }

  @Test
  void of_negativeParameters_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> PerformanceEfficiency.of(0.7, -1));
    assertThrows(IllegalArgumentException.class, () -> PerformanceEfficiency.of(0.7, Double.NaN));
  }
}
