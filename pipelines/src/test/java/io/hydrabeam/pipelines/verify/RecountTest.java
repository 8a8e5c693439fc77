package io.hydrabeam.pipelines.verify;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.evaluate.Canary;
import io.hydrabeam.pipelines.evaluations.Prediction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RecountTest {
  private static final Prediction A = of("a", 0, 0, 0.75f, 0.25f);
  private static final Prediction B = of("b", 1, 1, 0.4f, 0.6f);

  @Test
  void of_withinRounding_standsWhateverTheMachine() {
    Prediction rounded = of("a", 0, 0, 0.750005f, 0.249995f);
    Recount recount = recount(Optional.of("another device"), pair(A, rounded), pair(B, B));
    assertThat(recount.wrong()).isEmpty();
    assertThat(recount.images()).isEqualTo(2);
    assertThat(recount.largest()).isWithin(1e-7f).of(5e-6f);
  }

  @Test
  void of_otherClass_namesTheImageAndThePossibleReason() {
    Recount recount =
        recount(
            Optional.of("device was gpu, here it is cpu"),
            pair(A, A),
            pair(B, of("b", 1, 0, 0.6f, 0.4f)));
    assertThat(recount.wrong())
        .containsExactly(
            "1 of 2 recomputed images have another class, as b: 0, stored 1",
            "1 of 2 have other probabilities, by up to 2.0e-01 where 1.0e-05 is rounding",
            "that may be the reason: device was gpu, here it is cpu")
        .inOrder();
  }

  @Test
  void of_otherLabel_isWrongThoughThePredictionStands() {
    Recount recount = recount(Optional.of("another device"), pair(A, of("a", 1, 0, 0.75f, 0.25f)));
    assertThat(recount.wrong())
        .containsExactly("the data have other labels for 1 of 1 images, as a");
  }

  @Test
  void of_labelsInAnotherOrder_areTheSame() {
    Prediction stored = new Prediction("a", new int[] {0, 1}, -1, new float[] {0.5f, 0.5f});
    Prediction computed = new Prediction("a", new int[] {1, 0}, -1, new float[] {0.5f, 0.5f});
    assertThat(recount(Optional.empty(), pair(stored, computed)).wrong()).isEmpty();
  }

  @Test
  void of_notANumber_isWrong() {
    Prediction none = of("a", 0, 0, Float.NaN, 0.25f);
    assertThat(recount(Optional.empty(), pair(none, A)).wrong()).hasSize(1);
  }

  @Test
  void of_numbers_comparesTruthAndPrediction() {
    Prediction stored = number("a", 3, 2.5f);
    assertThat(numbers(pair(stored, number("a", 3, 2.50001f))).wrong()).isEmpty();
    assertThat(numbers(pair(stored, number("a", 3, 2.6f))).wrong().get(0))
        .startsWith("1 of 1 have other numbers, by up to 4.0e-02");
    assertThat(numbers(pair(stored, number("a", 4, 2.5f))).wrong())
        .containsExactly("the data have other labels for 1 of 1 texts, as a");
  }

  private static Recount numbers(Canary.Pair pair) {
    return Recount.of(RecordKind.TEXT, List.of(pair), 1e-5f, Optional.empty());
  }

  private static Prediction number(String key, float truth, float predicted) {
    return new Prediction(key, new int[] {0}, 0, new float[] {predicted}, truth);
  }

  private static Recount recount(Optional<String> unlike, Canary.Pair... pairs) {
    return Recount.of(RecordKind.IMAGE, List.of(pairs), 1e-5f, unlike);
  }

  private static Canary.Pair pair(Prediction stored, Prediction computed) {
    return new Canary.Pair(stored, computed);
  }

  private static Prediction of(String key, int label, int predicted, float... probabilities) {
    return new Prediction(key, new int[] {label}, predicted, probabilities);
  }
}
