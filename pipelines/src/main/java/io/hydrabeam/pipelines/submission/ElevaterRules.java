package io.hydrabeam.pipelines.submission;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * The leaderboard's rules for the predictions of one data set: a row for each test image in the
 * index's order, a probability in [0, 1] for each class, rows of single-label tasks that sum to 1
 * within a thousandth; and for the seeds of a data set, that all fields agree but the number of
 * trained parameters, which is averaged.
 */
final class ElevaterRules {
  /** Relative, of the larger. */
  private static final double SUM_TOLERANCE = 1e-3;

  private final ElevaterEntry entry;
  private long rows;

  ElevaterRules(ElevaterEntry entry) {
    this.entry = entry;
  }

  /**
   * Checks the next row.
   *
   * @param place of its image in the index; empty if its key does not tell it
   * @param probabilities as they will be written
   */
  void row(OptionalInt place, double... probabilities) throws SubmissionException {
    if (place.isEmpty()) {
      throw refused("image %d: its key does not tell its place in the index", rows);
    }
    if (place.getAsInt() != rows) {
      throw refused(
          "row %d holds image %d of the index: images are missing, doubled or out of order",
          rows, place.getAsInt());
    }
    if (probabilities.length != entry.task().getClasses()) {
      throw refused(
          "image %d has %d probabilities for %d classes",
          rows, probabilities.length, entry.task().getClasses());
    }
    double sum = 0;
    for (int c = 0; c < probabilities.length; c++) {
      double probability = probabilities[c];
      if (!(probability >= 0 && probability <= 1)) {
        throw refused(
            "image %d: the probability of class %d is %s, outside [0, 1]", rows, c, probability);
      }
      sum += probability;
    }
    if (!entry.task().getMultilabel() && Math.abs(sum - 1) > SUM_TOLERANCE * Math.max(1, sum)) {
      throw refused("image %d: the probabilities sum to %s, not to 1", rows, sum);
    }
    rows++;
  }

  /** Checks that there was a row for each image. */
  void end() throws SubmissionException {
    if (rows != entry.images()) {
      throw refused("%d rows for %d test images", rows, entry.images());
    }
  }

  /**
   * Checks the seeds of one data set against each other.
   *
   * @param seeds ascending, at least one
   */
  static void agree(List<ElevaterEntry> seeds) throws SubmissionException {
    ElevaterEntry first = seeds.get(0);
    same(seeds, "model_name", ElevaterEntry::modelName);
    same(seeds, "dataset_name", entry -> entry.task().getName());
    same(seeds, "num_params", ElevaterEntry::total);
    same(seeds, "num_visual_params", ElevaterEntry::tower);
    same(seeds, "n_shot", ElevaterEntry::shots);
    same(seeds, "the number of images", ElevaterEntry::images);
    Set<Long> different = new HashSet<>();
    for (ElevaterEntry entry : seeds) {
      if (!different.add(entry.seed())) {
        throw new SubmissionException(
            "%s: seed %d occurs twice".formatted(first.task().getName(), entry.seed()));
      }
    }
  }

  private static void same(
      List<ElevaterEntry> seeds, String field, Function<ElevaterEntry, Object> value)
      throws SubmissionException {
    ElevaterEntry first = seeds.get(0);
    for (ElevaterEntry entry : seeds) {
      if (!value.apply(entry).equals(value.apply(first))) {
        throw new SubmissionException(
            "%s: %s differs over seeds: %s for seed %d, %s for seed %d"
                .formatted(
                    first.task().getName(),
                    field,
                    value.apply(first),
                    first.seed(),
                    value.apply(entry),
                    entry.seed()));
      }
    }
  }

  @FormatMethod
  private SubmissionException refused(@FormatString String format, Object... arguments) {
    return new SubmissionException(
        "%s seed %d: %s"
            .formatted(entry.task().getName(), entry.seed(), format.formatted(arguments)));
  }
}
