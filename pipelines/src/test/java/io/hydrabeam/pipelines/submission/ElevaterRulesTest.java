package io.hydrabeam.pipelines.submission;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ElevaterRulesTest {
  private static final ElevaterEntry ENTRY = entry(0, 2, false);

  @Test
  void rows_withinTheRules_areTaken() throws SubmissionException {
    ElevaterRules rules = new ElevaterRules(ENTRY);
    rules.row(OptionalInt.of(0), 0.25, 0.75);
    rules.row(OptionalInt.of(1), 1, 0.0009);
    rules.end();
  }

  @Test
  void row_doesNotSumToOne_isRefused() {
    assertRefused("t seed 0: image 0: the probabilities sum to 1.002, not to 1", 1, 0.002);
    assertRefused("t seed 0: image 0: the probabilities sum to 0.998, not to 1", 0.998, 0);
  }

  @Test
  void row_outsideTheRange_isRefused() {
    assertRefused("t seed 0: image 0: the probability of class 1 is -0.5, outside [0, 1]", 1, -0.5);
    assertRefused("t seed 0: image 0: the probability of class 0 is 1.5, outside [0, 1]", 1.5, 0);
    assertRefused(
        "t seed 0: image 0: the probability of class 0 is NaN, outside [0, 1]", Double.NaN, 1);
  }

  @Test
  void row_otherNumberOfClasses_isRefused() {
    assertRefused("t seed 0: image 0 has 3 probabilities for 2 classes", 0.5, 0.25, 0.25);
    assertRefused("t seed 0: image 0 has 0 probabilities for 2 classes");
  }

  @Test
  void row_multilabel_needNotSumToOne() throws SubmissionException {
    ElevaterRules rules = new ElevaterRules(entry(0, 1, true));
    rules.row(OptionalInt.of(0), 0.9, 0.9);
    rules.end();
  }

  @Test
  void row_placeOutOfOrder_isRefused() throws SubmissionException {
    ElevaterRules rules = new ElevaterRules(ENTRY);
    rules.row(OptionalInt.of(0), 0.5, 0.5);
    assertThat(
            assertThrows(SubmissionException.class, () -> rules.row(OptionalInt.of(0), 0.5, 0.5)))
        .hasMessageThat()
        .contains("row 1 holds image 0 of the index");
    assertThrows(SubmissionException.class, () -> rules.row(OptionalInt.empty(), 0.5, 0.5));
  }

  @Test
  void end_fewerOrMoreRowsThanImages_isRefused() throws SubmissionException {
    ElevaterRules rules = new ElevaterRules(ENTRY);
    rules.row(OptionalInt.of(0), 0.5, 0.5);
    assertThat(assertThrows(SubmissionException.class, rules::end))
        .hasMessageThat()
        .isEqualTo("t seed 0: 1 rows for 2 test images");
    rules.row(OptionalInt.of(1), 0.5, 0.5);
    rules.row(OptionalInt.of(2), 0.5, 0.5);
    assertThrows(SubmissionException.class, rules::end);
  }

  @Test
  void agree_fieldsDiffer_isRefused() throws SubmissionException {
    ElevaterRules.agree(List.of(entry(0, 2, false), entry(1, 2, false)));
    assertThat(
            assertThrows(
                SubmissionException.class,
                () -> ElevaterRules.agree(List.of(entry(0, 2, false), entry(1, 3, false)))))
        .hasMessageThat()
        .isEqualTo("t: the number of images differs over seeds: 2 for seed 0, 3 for seed 1");
    ElevaterEntry other = new ElevaterEntry("m", ENTRY.task(), 1, 20, 3, 10, 7, 2, "predictions");
    assertThat(
            assertThrows(
                SubmissionException.class, () -> ElevaterRules.agree(List.of(ENTRY, other))))
        .hasMessageThat()
        .contains("n_shot differs");
    assertThrows(SubmissionException.class, () -> ElevaterRules.agree(List.of(ENTRY, ENTRY)));
  }

  @Test
  void rounded_sixDecimals() {
    assertThat(ElevaterRows.rounded(0.12345678)).isEqualTo(0.123457);
    assertThat(ElevaterRows.rounded(4e-7)).isEqualTo(0);
    assertThat(ElevaterRows.rounded(Double.NaN)).isNaN();
  }

  private static void assertRefused(String message, double... probabilities) {
    ElevaterRules rules = new ElevaterRules(ENTRY);
    assertThat(
            assertThrows(
                SubmissionException.class, () -> rules.row(OptionalInt.of(0), probabilities)))
        .hasMessageThat()
        .isEqualTo(message);
  }

  private static ElevaterEntry entry(long seed, long images, boolean multilabel) {
    Task task = Task.newBuilder().setName("t").setClasses(2).setMultilabel(multilabel).build();
    return new ElevaterEntry("m", task, seed, 5, 3, 10, 7, images, "predictions");
  }
}
