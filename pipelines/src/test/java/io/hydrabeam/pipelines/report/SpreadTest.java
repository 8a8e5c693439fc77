package io.hydrabeam.pipelines.report;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void of_threeValues_dividesByTwo() {
    Spread spread = Spread.of(List.of(1.0, 2.0, 3.0));
    assertThat(spread.mean()).isEqualTo(2.0);
    assertThat(spread.deviation().orElseThrow()).isEqualTo(1.0);
    assertThat(spread.count()).isEqualTo(3);
  }

  @Test
  void of_oneValue_hasNoDeviation() {
    assertThat(Spread.of(List.of(0.5)).deviation()).isEqualTo(OptionalDouble.empty());
  }

  @Test
  void of_notANumber_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of(1.0, Double.NaN)));
  }
}
