package io.hydrabeam.model.params;

import static com.google.common.truth.Truth.assertThat;

import com.google.common.collect.Range;
import org.junit.jupiter.api.Test;

class SplitMix64Test {

  @Test
  void nextLong_isTheWellKnownSequence() {
    // First outputs for seed 1234567, as many published implementations check themselves by.
    SplitMix64 random = new SplitMix64(1234567);

    assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
    assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
    assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("9817491932198370423");
  }

  @Test
  void nextInt_coversItsRangeEvenly() {
    SplitMix64 random = new SplitMix64(3);
    int[] seen = new int[5];
    for (int i = 0; i < 5000; i++) {
      seen[random.nextInt(5)]++;
    }
    for (int count : seen) {
      assertThat(count).isIn(Range.closed(900, 1100));
    }
  }

  @Test
  void nextGaussian_hasMeanZeroAndDeviationOne() {
    SplitMix64 random = new SplitMix64(4);
    double sum = 0;
    double squares = 0;
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      double draw = random.nextGaussian();
      sum += draw;
      squares += draw * draw;
    }
    assertThat(sum / draws).isWithin(0.01).of(0);
    assertThat(squares / draws).isWithin(0.02).of(1);
  }

  @Test
  void parameterSeeds_dependOnSeedAndName() {
    assertThat(ParameterSeeds.of(0, "head/kernel")).isEqualTo(ParameterSeeds.of(0, "head/kernel"));
    assertThat(ParameterSeeds.of(0, "head/kernel"))
        .isNotEqualTo(ParameterSeeds.of(1, "head/kernel"));
    assertThat(ParameterSeeds.of(0, "head/kernel")).isNotEqualTo(ParameterSeeds.of(0, "head/bias"));
  }
}
