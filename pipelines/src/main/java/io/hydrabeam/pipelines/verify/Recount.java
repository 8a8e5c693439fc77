package io.hydrabeam.pipelines.verify;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.evaluate.Canary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Records that were recomputed, beside what is stored of them.
 *
 * @param wrong what differs, the first record of each kind by name; empty if they came out as
 *     stored
 * @param largest difference of a probability, or of a number in proportion to it
 */
record Recount(int images, float largest, List<String> wrong) {

  Recount {
    wrong = List.copyOf(wrong);
  }

  /**
   * Compares.
   *
   * @param kind of the records
   * @param tolerance of a probability
   * @param unlike in what this program and device differ from those that computed the scores
   */
  static Recount of(
      RecordKind kind, List<Canary.Pair> pairs, float tolerance, Optional<String> unlike) {
    List<String> wrong = new ArrayList<>();
    first(pairs, Canary.Pair::relabelled)
        .ifPresent(
            found ->
                wrong.add(
                    "the data have other labels for %d of %d %s, as %s"
                        .formatted(
                            found.count(),
                            pairs.size(),
                            kind.many(),
                            found.first().stored().key())));
    List<String> moved = new ArrayList<>();
    first(pairs, Canary.Pair::flipped)
        .ifPresent(
            found ->
                moved.add(
                    "%d of %d recomputed %s have another class, as %s: %d, stored %d"
                        .formatted(
                            found.count(),
                            pairs.size(),
                            kind.many(),
                            found.first().stored().key(),
                            found.first().computed().predicted(),
                            found.first().stored().predicted())));
    first(pairs, pair -> !(pair.moved() <= tolerance))
        .ifPresent(
            found ->
                moved.add(
                    "%d of %d have other %s, by up to %s where %s is rounding"
                        .formatted(
                            found.count(),
                            pairs.size(),
                            found.first().isNumber() ? "numbers" : "probabilities",
                            text(largest(pairs)),
                            text(tolerance))));
    if (!moved.isEmpty()) {
      unlike.ifPresent(reason -> moved.add("that may be the reason: " + reason));
    }
    wrong.addAll(moved);
    return new Recount(pairs.size(), largest(pairs), wrong);
  }

  /** Small numbers as 1.2e-07. */
  static String text(float number) {
    return String.format(Locale.ROOT, "%.1e", number);
  }

  private record Found(Canary.Pair first, long count) {}

  private static Optional<Found> first(List<Canary.Pair> pairs, Predicate<Canary.Pair> such) {
    List<Canary.Pair> found = pairs.stream().filter(such).toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(new Found(found.get(0), found.size()));
  }

  private static float largest(List<Canary.Pair> pairs) {
    float largest = 0;
    for (Canary.Pair pair : pairs) {
      largest = Math.max(largest, pair.moved());
    }
    return largest;
  }
}
