package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

final class DecaySearchTest {

  @Test
  void decay_ofTheGrid_runsFromAMillionthToAMillionEightADecade() {
    assertThat(DecaySearch.decay(0)).isWithin(1e-21).of(1e-6);
    assertThat(DecaySearch.decay(48)).isEqualTo(1);
    assertThat(DecaySearch.decay(96)).isEqualTo(1e6);
    assertThat(DecaySearch.decay(49)).isWithin(1e-12).of(1.333521432163324);
  }

  @Test
  void search_scoreWithOnePeak_closesInOnIt() {
    // Best at point 37: 32 of the coarse grid, then 40, 36, 38 and 37.
    assertThat(points(false, point -> 1 - Math.abs(point - 37) / 100.0))
        .containsExactly(0, 16, 32, 48, 64, 80, 96, 24, 40, 36, 44, 34, 38, 35, 37)
        .inOrder();
    assertThat(winner(false, point -> 1 - Math.abs(point - 37) / 100.0))
        .isEqualTo(DecaySearch.decay(37));
  }

  @Test
  void search_equalScores_staysWithTheFirst() {
    assertThat(points(false, point -> 0.5))
        .containsExactly(0, 16, 32, 48, 64, 80, 96, 8, 4, 2, 1)
        .inOrder();
    assertThat(winner(false, point -> 0.5)).isEqualTo(DecaySearch.decay(0));
  }

  @Test
  void search_bothNeighboursBetter_theRightOneNeedsAStrictlyHigherScore() {
    assertThat(winner(false, point -> point == 40 || point == 56 ? 0.9 : point == 48 ? 0.8 : 0.1))
        .isEqualTo(DecaySearch.decay(40));
  }

  @Test
  void search_peakAtTheEnd_triesOneNeighbourOnly() {
    assertThat(points(false, point -> point / 96.0))
        .containsExactly(0, 16, 32, 48, 64, 80, 96, 88, 92, 94, 95)
        .inOrder();
  }

  @Test
  void search_nothingSucceeds_goesOnFromTheListsEndAndHasNoPeak() {
    DecaySearch search = new DecaySearch(false);
    search.advance(0, slot -> OptionalDouble.empty());
    // The original's index -1: its neighbours at a span of 8 are cut to 0, and 7.
    assertThat(search.tries(1).stream().map(DecaySearch.Try::point)).containsExactly(0, 7);
    search.advance(1, slot -> OptionalDouble.of(0));
    assertThat(search.best()).isEqualTo(0);
    assertThat(search.peakSlot()).isEqualTo(-1);
  }

  @Test
  void search_failedTry_countsAsZero() {
    DecaySearch search = new DecaySearch(false);
    search.advance(0, slot -> slot == 3 ? OptionalDouble.of(0.2) : OptionalDouble.empty());
    assertThat(search.weightDecay()).isEqualTo(DecaySearch.decay(48));
  }

  @Test
  void search_leftNeighbour_trainsBothWithTheLeftAndBooksTheRight() {
    DecaySearch search = new DecaySearch(true);
    search.advance(0, slot -> OptionalDouble.of(slot == 3 ? 0.5 : 0.1));
    List<DecaySearch.Try> tries = search.tries(1);
    assertThat(tries)
        .containsExactly(new DecaySearch.Try(7, 1, 40, 40), new DecaySearch.Try(8, 1, 56, 40))
        .inOrder();
    search.advance(1, slot -> OptionalDouble.of(slot == 8 ? 0.9 : 0.2));
    assertThat(search.weightDecay()).isEqualTo(DecaySearch.decay(56));
  }

  private static List<Integer> points(boolean leftNeighbour, IntToDoubleFunction score) {
    List<Integer> points = new ArrayList<>();
    run(leftNeighbour, score).forEach(one -> points.add(one.point()));
    return points;
  }

  private static double winner(boolean leftNeighbour, IntToDoubleFunction score) {
    DecaySearch search = new DecaySearch(leftNeighbour);
    advance(search, score);
    return search.weightDecay();
  }

  private static List<DecaySearch.Try> run(boolean leftNeighbour, IntToDoubleFunction score) {
    return advance(new DecaySearch(leftNeighbour), score);
  }

  private static List<DecaySearch.Try> advance(DecaySearch search, IntToDoubleFunction score) {
    List<DecaySearch.Try> all = new ArrayList<>();
    for (int round = 0; round < DecaySearch.ROUNDS; round++) {
      List<DecaySearch.Try> tries = search.tries(round);
      search.advance(
          round,
          slot ->
              tries.stream()
                  .filter(one -> one.slot() == slot)
                  .mapToDouble(one -> score.applyAsDouble(one.trained()))
                  .mapToObj(OptionalDouble::of)
                  .findFirst()
                  .orElseThrow());
      all.addAll(tries);
    }
    return all;
  }
}
