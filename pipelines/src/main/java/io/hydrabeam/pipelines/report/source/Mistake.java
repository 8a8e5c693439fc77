package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.evaluations.Prediction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A test record that was classified wrongly.
 *
 * @param key of the record
 * @param labels true classes
 * @param predicted the most probable of the wrong classes
 * @param probability of that one, in [0, 1]
 * @param shown the record; empty until it has been read
 */
public record Mistake(
    String key, List<Integer> labels, int predicted, double probability, Optional<Shown> shown) {

  /** The mistake of a prediction; empty where its most probable class is a true one. */
  static Optional<Mistake> of(Prediction prediction) {
    float[] probabilities = prediction.probabilities();
    int best = prediction.predicted();
    if (best < 0) {
      best = 0;
      for (int i = 1; i < probabilities.length; i++) {
        best = probabilities[i] > probabilities[best] ? i : best;
      }
    }
    List<Integer> labels = Arrays.stream(prediction.labels()).boxed().toList();
    return labels.contains(best)
        ? Optional.empty()
        : Optional.of(
            new Mistake(prediction.key(), labels, best, probabilities[best], Optional.empty()));
  }

  Mistake with(Shown record) {
    return new Mistake(key, labels, predicted, probability, Optional.of(record));
  }
}
