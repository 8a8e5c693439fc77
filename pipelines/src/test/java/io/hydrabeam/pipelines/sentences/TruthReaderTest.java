package io.hydrabeam.pipelines.sentences;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.protos.Sentences;
import io.hydrabeam.protos.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TruthReaderTest {

  private static final TruthReader CLASSES =
      new TruthReader(
          Task.newBuilder()
              .setSentences(
                  Sentences.newBuilder().addAllLabel(List.of("entailment", "neutral", "1")))
              .build());

  private static final TruthReader SCORES =
      new TruthReader(
          Task.newBuilder()
              .setRegression(true)
              .setSentences(Sentences.newBuilder().setSmallest(0).setLargest(5))
              .build());

  @Test
  void label_ofTheTask_isItsPlace() {
    assertThat(CLASSES.read("neutral")).isEqualTo(new TruthReader.Truth(1, 0, ""));
    assertThat(CLASSES.read("1")).isEqualTo(new TruthReader.Truth(2, 0, ""));
  }

  @Test
  void label_thatIsSpelledOtherwise_isAProblem() {
    // "-" stands in MNLI where annotators did not agree.
    for (String label : List.of("-", "", "0", "1.0", " 1", "01", "Neutral", "neutral ")) {
      assertThat(CLASSES.read(label).problem())
          .isEqualTo("its label '%s' is none of entailment, neutral, 1".formatted(label));
    }
    assertThat(CLASSES.read("x\ny".repeat(30)).problem())
        .isEqualTo(
            "its label '%s…' is none of entailment, neutral, 1"
                .formatted("x?y".repeat(30).substring(0, 40)));
  }

  @Test
  void score_isADecimalNumber() {
    assertScore("3.25", 3.25f);
    assertScore("0", 0);
    assertScore("-0.0", 0);
    assertScore("5.000", 5);
    assertScore("4.", 4);
    assertScore(".5", .5f);
    assertScore("25e-1", 2.5f);
    assertScore("+1", 1);
  }

  private static void assertScore(String written, float expected) {
    TruthReader.Truth truth = SCORES.read(written);
    assertWithMessage(written).that(truth.problem()).isEmpty();
    assertWithMessage(written).that(truth.number()).isWithin(0).of(expected);
    assertWithMessage(written).that(truth.label()).isEqualTo(0);
  }

  @Test
  void score_thatOnlyJavaReads_orThatIsOutOfRange_isAProblem() {
    for (String written :
        List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "5f",
            "1d",
            "1D",
            "0x1p1",
            "0x1",
            "",
            " 1",
            "1 ",
            ".",
            "1e",
            "1,5",
            "٣",
            "1_0",
            "-0.1",
            "5.0000000001",
            "1e400",
            "none")) {
      TruthReader.Truth truth = SCORES.read(written);
      assertWithMessage(written)
          .that(truth.problem())
          .isEqualTo("its score '%s' is no number from 0.0 to 5.0".formatted(written));
      assertWithMessage(written).that(truth.number()).isEqualTo(0f);
    }
  }
}
