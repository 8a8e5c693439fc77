package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class InterruptHintTest {

  private static final String PREFIX = "hydra: interrupted; what is finished is kept. To go on: ";

  @Test
  void line_ofAJar_repeatsTheWords() {
    assertThat(InterruptHint.line("java -jar all.jar", List.of("train", "--run=my run")))
        .isEqualTo(PREFIX + "java -jar all.jar train '--run=my run'");
  }

  @Test
  void line_ofMaven_putsThemInArgs() {
    assertThat(InterruptHint.line("mvn -q", List.of("train", "--rank=2")))
        .isEqualTo(PREFIX + "mvn -q -Dargs=\"train --rank=2\"");
    assertThat(InterruptHint.line("mvn -q", List.of())).isEqualTo(PREFIX + "mvn -q");
  }
}
