package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.protos.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The colours of a table's rows: the same in every chart. */
final class Series {
  /** Colours of rows; further ones begin again. */
  private static final int COLOURS = 5;

  private final List<String> styles = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  Series(ScoreTable table) {
    List<ScoreTable.Row> rows = table.rows();
    boolean oneProbe = rows.stream().filter(Series::isProbe).count() == 1;
    int coloured = 0;
    for (ScoreTable.Row row : rows) {
      styles.add(oneProbe && isProbe(row) ? "c0" : "c" + (1 + coloured++ % COLOURS));
      labels.add(label(row, rows));
    }
  }

  /** What the table has columns for is told where rows have the same label otherwise. */
  private static String label(ScoreTable.Row row, List<ScoreTable.Row> rows) {
    List<ScoreTable.Row> alike =
        rows.stream().filter(other -> other.label().equals(row.label())).toList();
    StringBuilder label = new StringBuilder(row.label());
    if (differ(alike, of -> of.setting().protocol())) {
      label.append(", ").append(row.setting().protocol());
    }
    if (differ(alike, of -> of.setting().tuning())) {
      String tuning = row.setting().tuning();
      label.append(tuning.equals("none") ? ", not tuned" : ", tuned on " + tuning);
    }
    if (differ(alike, of -> of.setting().shots())) {
      label.append(", shots ").append(row.setting().shots());
    }
    if (differ(alike, of -> of.setting().quirks())) {
      label.append(", quirks ").append(row.setting().quirks());
    }
    return label.toString();
  }

  private static boolean differ(List<ScoreTable.Row> rows, Function<ScoreTable.Row, String> trait) {
    return rows.stream().map(trait).distinct().count() > 1;
  }

  /** Class of the row's marks: gray for the linear probe that others are held against. */
  String style(int row) {
    return styles.get(row);
  }

  String label(int row) {
    return labels.get(row);
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
