package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.protos.Method;
import java.util.Collection;
import java.util.List;

/** The colours of a table's rows: the same in every chart. */
final class Series {
  /** Colours of rows that are no linear probe; further rows begin again. */
  private static final int COLOURS = 5;

  private final List<ScoreTable.Row> rows;

  Series(ScoreTable table) {
    this.rows = table.rows();
  }

  /** Class of the row's marks: gray for linear probes. */
  String style(int row) {
    if (isProbe(rows.get(row))) {
      return "c0";
    }
    long before = rows.subList(0, row).stream().filter(other -> !isProbe(other)).count();
    return "c" + (1 + before % COLOURS);
  }

  String label(int row) {
    return rows.get(row).label();
  }

  /** A legend of some rows. */
  void legend(Html html, Collection<Integer> of, List<String> published) {
    html.open("ul", "class", "legend");
    for (int row : of) {
      html.open("li");
      html.open("span", "class", "key " + style(row)).close().leaf("bdi", label(row)).close();
    }
    for (String name : published) {
      html.open("li");
      html.open("span", "class", "key open").close().leaf("bdi", name).close();
    }
    html.close().line();
  }

  private static boolean isProbe(ScoreTable.Row row) {
    return row.setting().key().getMethod() == Method.LINEAR;
  }
}
