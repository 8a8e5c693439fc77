package io.hydrabeam.pipelines.train;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/**
 * ELEVATER's search of the weight decay for one learning rate: seven values over the whole grid,
 * then in four narrowing rounds the two neighbours of the peak so far, at a span of 8, 4, 2 and 1
 * grid points. A try becomes the peak only if its score is strictly better, and better than 0; one
 * that failed counts as 0. Both neighbours of a round are fixed before either is tried, so that the
 * tries of a round do not wait for each other.
 *
 * <p>Every try has a slot, its place in the sequential search: 0 to 6 in the first round, then two
 * each, left first. At the grid's ends a neighbour that is the peak itself is not tried.
 */
final class DecaySearch {

  /** Weight decays from 1e-6 to 1e6, eight a decade. */
  static final int GRID = 97;

  /** The coarse round and those of the spans. */
  static final int ROUNDS = 5;

  /** Tries at most. */
  static final int SLOTS = 15;

  /** Tries of the first round. */
  static final int COARSE = 7;

  private static final int COARSE_STEP = 16;
  private static final int FIRST_SPAN = 8;
  private static final int PER_DECADE = 8;
  private static final double LOWEST_EXPONENT = -6;

  /** Before anything succeeded; the original's list index -1, which is the grid's last point. */
  private static final int NO_PEAK = -1;

  private final boolean leftNeighbour;
  private int peak = NO_PEAK;
  private int peakSlot = NO_PEAK;
  private double best;

  /**
   * @param leftNeighbour the original's mistake: both tries of a round train with the left one's
   *     decay, though the second is booked as the right one
   */
  DecaySearch(boolean leftNeighbour) {
    this.leftNeighbour = leftNeighbour;
  }

  /**
   * One training of the search.
   *
   * @param slot place in the sequential search
   * @param round from 0
   * @param point of the grid that it stands for
   * @param trained point of the grid whose decay it is trained with
   */
  record Try(int slot, int round, int point, int trained) {
    double weightDecay() {
      return decay(trained);
    }
  }

  /** The weight decay at a point of the grid. */
  static double decay(int point) {
    return Math.pow(10, LOWEST_EXPONENT + (double) point / PER_DECADE);
  }

  /** The tries of a round, given the rounds before it. */
  List<Try> tries(int round) {
    List<Try> tries = new ArrayList<>();
    if (round == 0) {
      for (int i = 0; i < COARSE; i++) {
        tries.add(new Try(i, 0, i * COARSE_STEP, i * COARSE_STEP));
      }
      return tries;
    }
    int span = FIRST_SPAN >> (round - 1);
    int left = Math.max(peak - span, 0);
    int right = Math.min(peak + span, GRID - 1);
    int slot = COARSE + 2 * (round - 1);
    if (left != peak) {
      tries.add(new Try(slot, round, left, left));
    }
    if (right != peak) {
      tries.add(new Try(slot + 1, round, right, leftNeighbour ? left : right));
    }
    return tries;
  }

  /**
   * Takes in a round's scores.
   *
   * @param scores by slot; empty where the training failed
   * @return the round's tries
   */
  @CanIgnoreReturnValue
  List<Try> advance(int round, IntFunction<OptionalDouble> scores) {
    List<Try> tries = tries(round);
    for (Try one : tries) {
      double score = scores.apply(one.slot()).orElse(0);
      if (score > best) {
        best = score;
        peak = one.point();
        peakSlot = one.slot();
      }
    }
    return tries;
  }

  /** Slot of the best try so far; negative while none has succeeded. */
  int peakSlot() {
    return peakSlot;
  }

  /** The weight decay that the best try is booked under. */
  double weightDecay() {
    return decay(peak < 0 ? GRID - 1 : peak);
  }

  /** Score of the best try so far; 0 while none has succeeded. */
  double best() {
    return best;
  }
}
