package io.hydrabeam.pipelines.report.html;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

final class ScaleTest {

  @Test
  void around_hasRoundEndsAndTicks() {
    Scale scale = Scale.around(27.4, 88.1, 6);
    assertThat(scale.ticks()).containsExactly(20.0, 40.0, 60.0, 80.0, 100.0).inOrder();
    assertThat(scale.label(40)).isEqualTo("40");
    assertThat(scale.at(60)).isWithin(1e-9).of(0.5);
  }

  @Test
  void around_oneValue_isNotEmpty() {
    Scale scale = Scale.around(0.25, 0.25, 4);
    assertThat(scale.high()).isGreaterThan(scale.low());
    assertThat(scale.at(0.25)).isGreaterThan(0.0);
    assertThat(scale.at(0.25)).isLessThan(1.0);
  }

  @Test
  void percent_ofNegativeCorrelations_holdsThem() {
    Scale scale = Scale.percent(-12, -3, 4);
    assertThat(scale.at(-12)).isAtLeast(0.0);
    assertThat(scale.at(-3)).isAtMost(1.0);
    assertThat(scale.high()).isGreaterThan(scale.low());
    assertThat(Scale.percent(2, 97, 6).low()).isEqualTo(0.0);
  }

  @Test
  void within_perCent_hasNoTicksBeyondTheWhole() {
    Scale scale = Scale.around(100, 100, 6).within(0, 100);
    assertThat(scale.high()).isEqualTo(100.0);
    assertThat(scale.ticks().get(scale.ticks().size() - 1)).isEqualTo(100.0);
  }

  @Test
  void label_hasTheDigitsThatTheStepNeeds() {
    assertThat(Scale.around(0.1, 0.35, 5).label(0.15)).isEqualTo("0.15");
    assertThat(Scale.around(-1, 1, 4).label(-1e-17)).isEqualTo("0.0");
  }
}
