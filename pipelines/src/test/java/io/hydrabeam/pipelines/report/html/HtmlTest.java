package io.hydrabeam.pipelines.report.html;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class HtmlTest {

  @Test
  void text_isEscapedInElementsAndAttributes() {
    String page = new Html().leaf("b", "<script>\"&'", "title", "\"><i>").document();
    assertThat(page)
        .isEqualTo(
            "<!DOCTYPE html>\n"
                + "<b title=\"&quot;&gt;&lt;i&gt;\">&lt;script&gt;&quot;&amp;&#39;</b>\n");
  }

  @Test
  void text_emojiStays_controlCharactersAndHalvesDoNot() {
    String page = new Html().leaf("b", "\uD83D\uDC19 \u0007\uD83D\u0000").document();
    assertThat(page).contains("<b>\uD83D\uDC19 \uFFFD\uFFFD\uFFFD</b>");
  }

  @Test
  void document_openElement_isRefused() {
    Html html = new Html().open("p");
    assertThrows(IllegalStateException.class, html::document);
  }

  @Test
  void style_markup_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Html().style("</style>"));
  }
}
