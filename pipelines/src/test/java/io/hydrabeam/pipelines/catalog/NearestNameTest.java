package io.hydrabeam.pipelines.catalog;

import static com.google.common.truth.Truth.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  private static final List<String> NAMES = List.of("examples", "epochs", "rank", "tasks");

  @Test
  void of_oneEdit_findsTheName() {
    assertThat(NearestName.of("exmaples", NAMES)).hasValue("examples");
    assertThat(NearestName.of("Epoch", NAMES)).hasValue("epochs");
    assertThat(NearestName.of("task", NAMES)).hasValue("tasks");
  }

  @Test
  void of_nothingNear_isEmpty() {
    assertThat(NearestName.of("normalization", NAMES)).isEmpty();
    assertThat(NearestName.of("x", NAMES)).isEmpty();
    assertThat(NearestName.of("x", List.of())).isEmpty();
  }

  @Test
  void hint_near_isAQuestion() {
    assertThat(NearestName.hint("rnak", NAMES)).isEqualTo("; did you mean rank?");
    assertThat(NearestName.hint("qqqqqqq", NAMES)).isEmpty();
  }
}
