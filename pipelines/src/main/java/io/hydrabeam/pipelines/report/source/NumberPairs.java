package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.evaluations.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The true and the predicted numbers of a regression: how far apart they are, some of the pairs to
 * be drawn, and the worst.
 */
public final class NumberPairs {

  /** Points that a chart can show. */
  private static final int DRAWN = 2000;

  /** Ties go by key, so that a report repeats itself. */
  private static final Comparator<Miss> WORSE =
      Comparator.comparingDouble(Miss::error).thenComparing(Miss::key, Comparator.reverseOrder());

  private final long step;
  private final int worst;
  private final List<Miss> drawn = new ArrayList<>();
  private final PriorityQueue<Miss> kept = new PriorityQueue<>(WORSE);
  private long count;
  private double sum;

  /**
   * @param records that will be added, about
   * @param worst that are kept
   */
  NumberPairs(long records, int worst) {
    this.step = Math.max(1, (records + DRAWN - 1) / DRAWN);
    this.worst = worst;
  }

  /**
   * Counts a prediction.
   *
   * @param places where records that can be shown lie
   */
  void add(Prediction prediction, Optional<RecordPlaces> places) {
    Miss pair =
        new Miss(
            prediction.key(), prediction.number(), prediction.probabilities()[0], Optional.empty());
    if (count % step == 0) {
      drawn.add(pair);
    }
    count++;
    sum += pair.error();
    if (pair.error() > 0 && places.filter(of -> of.holds(pair.key())).isPresent()) {
      kept.add(pair);
      if (kept.size() > worst) {
        var unused = kept.poll();
      }
    }
  }

  /** How many there are. */
  public long count() {
    return count;
  }

  /** Mean distance of true and predicted numbers; 0 of none. */
  public double meanError() {
    return count == 0 ? 0 : sum / count;
  }

  /** Pairs spread over the split, without their records. */
  public List<Miss> drawn() {
    return List.copyOf(drawn);
  }

  /** The worst first. */
  List<Miss> worst() {
    return kept.stream().sorted(WORSE.reversed()).toList();
  }
}
