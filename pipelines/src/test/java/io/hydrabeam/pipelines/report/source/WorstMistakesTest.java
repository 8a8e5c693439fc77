package io.hydrabeam.pipelines.report.source;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.evaluations.Prediction;
import org.junit.jupiter.api.Test;

final class WorstMistakesTest {

  @Test
  void list_isTheSurestFirst_withoutWhatIsRight() {
    WorstMistakes worst = new WorstMistakes(2);
    worst.add(prediction("right", 0, 0, 0.99f));
    worst.add(prediction("unsure", 0, 1, 0.6f));
    worst.add(prediction("sure", 0, 1, 0.9f));
    worst.add(prediction("middling", 0, 1, 0.7f));
    assertThat(worst.list().stream().map(Mistake::key))
        .containsExactly("sure", "middling")
        .inOrder();
  }

  @Test
  void list_equalProbabilities_goByKey() {
    WorstMistakes worst = new WorstMistakes(1);
    worst.add(prediction("b", 0, 1, 0.9f));
    worst.add(prediction("a", 0, 1, 0.9f));
    assertThat(worst.list().get(0).key()).isEqualTo("a");
  }

  @Test
  void add_severalLabels_takesTheMostProbableWrongOne() {
    WorstMistakes worst = new WorstMistakes(2);
    worst.add(new Prediction("a", new int[] {0, 2}, -1, new float[] {0.2f, 0.5f, 0.3f}));
    worst.add(new Prediction("b", new int[] {0, 2}, -1, new float[] {0.2f, 0.3f, 0.5f}));
    assertThat(worst.list()).hasSize(1);
    assertThat(worst.list().get(0).predicted()).isEqualTo(1);
  }

  private static Prediction prediction(String key, int label, int predicted, float probability) {
    float[] probabilities = {1 - probability, 1 - probability};
    probabilities[predicted] = probability;
    return new Prediction(key, new int[] {label}, predicted, probabilities);
  }
}
