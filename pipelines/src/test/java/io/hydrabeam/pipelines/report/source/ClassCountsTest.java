package io.hydrabeam.pipelines.report.source;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.evaluations.Prediction;
import org.junit.jupiter.api.Test;

final class ClassCountsTest {

  @Test
  void add_oneLabel_countsRecallAndConfusion() {
    ClassCounts counts = new ClassCounts(3, false);
    counts.add(one("a", 0, 0));
    counts.add(one("b", 0, 2));
    counts.add(one("c", 0, 2));
    counts.add(one("d", 1, 1));
    assertThat(counts.recall(0)).isWithin(1e-12).of(1.0 / 3);
    assertThat(counts.recall(1)).isEqualTo(1.0);
    assertThat(counts.images(2)).isEqualTo(0);
    assertThat(counts.recall(2)).isEqualTo(0.0);
    assertThat(counts.confused(0, 2)).isEqualTo(2);
    assertThat(counts.mostConfused(0).getAsInt()).isEqualTo(2);
    assertThat(counts.mostConfused(1).isEmpty()).isTrue();
  }

  @Test
  void add_severalLabels_countsTheMostProbable() {
    ClassCounts counts = new ClassCounts(3, true);
    counts.add(new Prediction("a", new int[] {0, 2}, -1, new float[] {0.5f, 0.4f, 0.1f}));
    assertThat(counts.recall(0)).isEqualTo(1.0);
    assertThat(counts.recall(2)).isEqualTo(0.0);
    assertThat(counts.hasMatrix()).isFalse();
  }

  @Test
  void add_classOfAnotherTask_isRefused() {
    ClassCounts counts = new ClassCounts(2, false);
    assertThrows(IllegalArgumentException.class, () -> counts.add(one("a", 0, 2)));
    Prediction label = new Prediction("a", new int[] {5}, 0, new float[] {1, 0});
    assertThrows(IllegalArgumentException.class, () -> counts.add(label));
  }

  private static Prediction one(String key, int label, int predicted) {
    float[] probabilities = new float[3];
    probabilities[predicted] = 1;
    return new Prediction(key, new int[] {label}, predicted, probabilities);
  }
}
