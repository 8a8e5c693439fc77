package io.hydrabeam.pipelines.compare;

import static com.google.common.truth.Truth.assertThat;

import com.google.common.truth.Correspondence;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against numbers of published tables, and against simulation. */
class StatisticsTest {
  private static final double NO_STEP = 1e-9;

  @Test
  void interval_ofFiveSeeds_isThatOfStudentsTable() {
    // Mean -1, deviation sqrt(2.5); the table's t for 4 degrees of freedom and 95 % is 2.776.
    SeedDifferences of = SeedDifferences.of(List.of(-3.0, -2.0, -1.0, 0.0, 1.0), NO_STEP);

    assertThat(of.mean()).isWithin(1e-12).of(-1);
    assertThat(of.deviation()).isWithin(1e-9).of(Math.sqrt(2.5));
    assertThat(of.halfWidth(0.95)).isWithin(1e-3).of(2.776 * Math.sqrt(2.5 / 5));
  }

  @Test
  void pValues_atTheTablesCriticalValue_areItsLevel() {
    // One-sided 5 %, 4 degrees of freedom: t = 2.132.
    SeedDifferences worse = new SeedDifferences(5, -2.132, Math.sqrt(5));
    SeedDifferences near = new SeedDifferences(5, -0.5, Math.sqrt(5));

    assertThat(worse.worseP()).isWithin(1e-4).of(0.05);
    assertThat(near.notWorseP(2.632)).isWithin(1e-4).of(0.05);
  }

  @Test
  void differences_thatAreEqualByChance_stillScatterByTheScoresSteps() {
    SeedDifferences of = SeedDifferences.of(List.of(-0.5, -0.5, -0.5, -0.5, -0.5), 0.5);

    assertThat(of.deviation()).isWithin(1e-12).of(0.5 / Math.sqrt(6));
  }

  @Test
  void holm_ofTextbookValues() {
    assertThat(Holm.adjust(List.of(0.01, 0.04, 0.03, 0.005)))
        .comparingElementsUsing(Correspondence.tolerance(1e-12))
        .containsExactly(0.03, 0.06, 0.06, 0.02)
        .inOrder();
  }

  @Test
  void power_ofHalfADeviation_needsTwentySevenPairs() {
    // One-sided 5 %, power 80 %: the standard worked case of the paired t test.
    assertThat(new PairedPower(27, 0.05).power(0.5, 1)).isWithin(2e-3).of(0.8118);
    assertThat(PairedPower.seeds(0.5, 1, 0.05, 0.8, 5)).isEqualTo(OptionalInt.of(27));
    assertThat(PairedPower.seeds(1e-3, 1, 0.05, 0.8, 5)).isEqualTo(OptionalInt.empty());
  }

  @Test
  void detectable_asSimulated_isFoundInFourOfFiveCases() {
    double level = 0.04 / 19;
    double drop = new PairedPower(5, level).detectable(1.5, 0.8);
    Random random = new Random(4);
    int found = 0;
    for (int i = 0; i < 5000; i++) {
      List<Double> points =
          random.doubles(5).mapToObj(u -> -drop + 1.5 * random.nextGaussian()).toList();
      found += SeedDifferences.of(points, NO_STEP).worseP() <= level ? 1 : 0;
    }

    assertThat(found / 5000.0).isWithin(0.02).of(0.8);
  }
}
