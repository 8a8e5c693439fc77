package io.hydrabeam.model;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class NamedSizesTest {

  @Test
  void findModel_namesAndNumbersOfTexts() {
    assertThat(NamedSizes.findModel("roberta-base")).hasValue(RobertaConfig.base());
    assertThat(NamedSizes.findModel("roberta/50265/514/1024/24/16/4096"))
        .hasValue(RobertaConfig.large());
    assertThat(NamedSizes.findModel("roberta/1/2/3")).isEmpty();
    assertThat(NamedSizes.findModel("roberta-huge")).isEmpty();
    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () -> NamedSizes.findModel("roberta/100/64/32/2/5/64")))
        .hasMessageThat()
        .isEqualTo("heads (5) must divide width (32)");
  }

  @Test
  void text_isReadBack() {
    for (String name : new String[] {"roberta-tiny", "base16", "tiny"}) {
      BackboneConfig model = NamedSizes.findModel(name).orElseThrow();
      assertThat(NamedSizes.findModel(NamedSizes.text(model))).hasValue(model);
    }
    assertThat(NamedSizes.text(VitConfig.tiny())).doesNotContain("roberta");
  }
}
