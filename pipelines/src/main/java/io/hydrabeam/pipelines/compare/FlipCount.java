package io.hydrabeam.pipelines.compare;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.TopOne;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the predictions of one adapter in two evaluations differ, record by record. Where records
 * have several labels, the most probable class stands for what is predicted. A number counts as
 * another one where it has moved by more than rounding.
 *
 * @param images compared
 * @param flips records with another class or number
 * @param spoiled of those, that were right, or nearer to the truth
 * @param corrected of those, that are right now, or nearer now
 * @param moved largest difference of a probability or number
 */
public record FlipCount(long images, long flips, long spoiled, long corrected, float moved) {

  /** Share of a number that it may move by without being another one: what bf16 rounds. */
  private static final float ROUNDING = 1e-2f;

  /** Nothing compared. */
  static final FlipCount NONE = new FlipCount(0, 0, 0, 0, 0);

  FlipCount plus(FlipCount other) {
    return new FlipCount(
        images + other.images,
        flips + other.flips,
        spoiled + other.spoiled,
        corrected + other.corrected,
        Math.max(moved, other.moved));
  }

  /**
   * Compares two files of predictions, which both are in the order of their images' keys.
   *
   * @param each is told of every flip, in that order
   * @throws java.io.FileNotFoundException if an evaluation stores no predictions of it
   * @throws IOException also if they are about other images
   */
  static FlipCount of(
      EvaluationFolder baseline, EvaluationFolder candidate, SeedPair pair, Consumer<Flip> each)
      throws IOException {
    Score before = pair.baseline();
    String hash = before.getPredictionsHash();
    if (!hash.isEmpty() && hash.equals(pair.candidate().getPredictionsHash())) {
      return new FlipCount(before.getImages(), 0, 0, 0, 0);
    }
    FlipCount count = NONE;
    try (Predictions old = baseline.predictions(before);
        Predictions now = candidate.predictions(pair.candidate())) {
      while (true) {
        Prediction a = old.next();
        Prediction b = now.next();
        if (a == null && b == null) {
          return count;
        }
        if (a == null || b == null || !a.key().equals(b.key())) {
          throw new IOException(
              "the predictions of %s are about other %s: %s in the baseline, %s in the candidate"
                  .formatted(
                      name(before),
                      RecordKind.of(before.getImageOptions()).many(),
                      key(a),
                      key(b)));
        }
        requireSameClasses(a, b, before);
        count = count.plus(one(a, b, before, each));
      }
    }
  }

  private static void requireSameClasses(Prediction a, Prediction b, Score score)
      throws IOException {
    if (a.probabilities().length != b.probabilities().length) {
      throw new IOException(
          "the predictions of %s have %d classes in the baseline, %d in the candidate"
              .formatted(name(score), a.probabilities().length, b.probabilities().length));
    }
  }

  private static String name(Score score) {
    return "%s seed %d".formatted(score.getJob().getTask(), score.getJob().getSeed());
  }

  private static String key(@Nullable Prediction prediction) {
    return prediction == null ? "no more" : prediction.key();
  }

  private static FlipCount one(Prediction a, Prediction b, Score score, Consumer<Flip> each)
      throws IOException {
    float moved = 0;
    for (int c = 0; c < a.probabilities().length; c++) {
      moved = Math.max(moved, Math.abs(a.probabilities()[c] - b.probabilities()[c]));
    }
    if (a.isNumber()) {
      return number(a, b, score, moved, each);
    }
    int before = TopOne.of(a.probabilities());
    int after = TopOne.of(b.probabilities());
    if (before == after) {
      return new FlipCount(1, 0, 0, 0, moved);
    }
    each.accept(
        new Flip(
            score.getJob().getTask(),
            score.getJob().getSeed(),
            a.key(),
            IntStream.of(a.labels()).boxed().toList(),
            before,
            after,
            moved,
            Optional.empty()));
    return new FlipCount(1, 1, has(a, before) ? 1 : 0, has(a, after) ? 1 : 0, moved);
  }

  private static FlipCount number(
      Prediction a, Prediction b, Score score, float moved, Consumer<Flip> each) {
    float before = a.probabilities()[0];
    float after = b.probabilities()[0];
    if (moved <= ROUNDING * Math.max(1, Math.abs(before))) {
      return new FlipCount(1, 0, 0, 0, moved);
    }
    each.accept(
        new Flip(
            score.getJob().getTask(),
            score.getJob().getSeed(),
            a.key(),
            List.of(),
            0,
            0,
            moved,
            Optional.of(new Flip.Numbers(a.number(), before, after))));
    float further = Math.abs(after - a.number()) - Math.abs(before - a.number());
    return new FlipCount(1, 1, further > 0 ? 1 : 0, further < 0 ? 1 : 0, moved);
  }

  private static boolean has(Prediction prediction, int label) {
    return IntStream.of(prediction.labels()).anyMatch(each -> each == label);
  }
}
