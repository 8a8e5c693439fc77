package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.evaluations.Prediction;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the mistakes that the model was surest of. */
final class WorstMistakes {
  /** Ties go by key, so that a report repeats itself. */
  private static final Comparator<Mistake> WORSE =
      Comparator.comparingDouble(Mistake::probability)
          .thenComparing(Mistake::key, Comparator.reverseOrder());

  private final int count;
  private final PriorityQueue<Mistake> kept = new PriorityQueue<>(WORSE);

  /**
   * @param count of the mistakes that are kept
   */
  WorstMistakes(int count) {
    this.count = count;
  }

  void add(Prediction prediction) {
    Mistake.of(prediction)
        .ifPresent(
            mistake -> {
              kept.add(mistake);
              if (kept.size() > count) {
                var unused = kept.poll();
              }
            });
  }

  /** The worst first. */
  List<Mistake> list() {
    return kept.stream().sorted(WORSE.reversed()).toList();
  }
}
