package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.html.Html;
import java.util.List;

/** Remarks below a table or chart. */
final class Notes {
  private Notes() {}

  static void write(Html html, List<String> notes) {
    if (notes.isEmpty()) {
      return;
    }
    html.open("ul", "class", "notes");
    notes.forEach(note -> html.leaf("li", note));
    html.close().line();
  }
}
