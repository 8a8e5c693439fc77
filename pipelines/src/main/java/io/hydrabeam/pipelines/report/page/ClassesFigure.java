package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.html.Scale;
import io.hydrabeam.pipelines.report.html.Track;
import io.hydrabeam.pipelines.report.source.ClassCounts;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** How a task's classes were told apart: the whole matrix of few classes, bars of the hardest. */
final class ClassesFigure {
  /** More classes than this have no matrix, which nobody could read. */
  private static final int MATRIX_CLASSES = 20;

  private static final int BARS = 12;
  private static final int LABEL_CHARACTERS = 14;
  private static final double CHARACTER = 6.3;
  private static final double SIDE = 320;

  private final TaskFindings task;
  private final Series series;
  private final Html html;

  ClassesFigure(TaskFindings task, Series series, Html html) {
    this.task = task;
    this.series = series;
    this.html = html;
  }

  /** The matrix; nothing for many classes, several labels, or without predictions. */
  void matrix() {
    task.leaderCounts()
        .filter(counts -> counts.hasMatrix() && counts.classes() <= MATRIX_CLASSES)
        .ifPresent(this::matrix);
  }

  private void matrix(ClassCounts counts) {
    int classes = counts.classes();
    int longest = IntStream.range(0, classes).map(i -> shortName(i).length()).max().orElse(1);
    double left = longest * CHARACTER + 8;
    double cell = (SIDE - left) / classes;
    double bottom = classes * cell;
    html.open("figure").open("figcaption").text("Confusion ");
    html.leaf("small", "rows: true class; columns: predicted; share of the row").close();
    html.open(
        "svg",
        "class",
        "matrix",
        "viewBox",
        "0 0 %.0f %.1f".formatted(SIDE + 4, bottom + longest * CHARACTER + 12),
        "role",
        "img",
        "aria-label",
        "Confusion matrix");
    for (int row = 0; row < classes; row++) {
      name(shortName(row), left - 6, (row + 0.5) * cell + 3.5, "");
      double x = left + (row + 0.5) * cell + 3.5;
      name(shortName(row), x, bottom + 6, "rotate(-90 %.1f %.1f)".formatted(x, bottom + 6));
      for (int column = 0; column < classes; column++) {
        cell(counts, row, column, left, cell);
      }
    }
    html.empty(
        "rect",
        "class",
        "frame",
        "x",
        left,
        "y",
        0,
        "width",
        round(bottom),
        "height",
        round(bottom));
    html.close().close().line();
  }

  private void cell(ClassCounts counts, int row, int column, double left, double side) {
    int number = counts.confused(row, column);
    if (number == 0) {
      return;
    }
    double share = (double) number / counts.images(row);
    html.open(
            "rect",
            "class",
            row == column ? "hit" : "miss",
            "x",
            round(left + column * side + 0.5),
            "y",
            round(row * side + 0.5),
            "width",
            round(side - 1),
            "height",
            round(side - 1),
            "fill-opacity",
            // Small shares of mistakes must be seen too.
            round(Math.pow(share, 0.65)))
        .leaf(
            "title",
            "%s taken for %s: %s of %s (%s %%)"
                .formatted(
                    task.className(row),
                    task.className(column),
                    Numbers.count(number),
                    Numbers.count(counts.images(row)),
                    Numbers.percent(share)))
        .close();
  }

  private void name(String text, double x, double y, String transform) {
    if (transform.isEmpty()) {
      html.leaf("text", text, "class", "tick", "x", round(x), "y", round(y), "text-anchor", "end");
    } else {
      html.leaf(
          "text",
          text,
          "class",
          "tick",
          "x",
          round(x),
          "y",
          round(y),
          "text-anchor",
          "end",
          "transform",
          transform);
    }
  }

  /** A bar for each class, the hardest first; the other rows of the table as points. */
  void bars() {
    task.leaderCounts().ifPresent(this::bars);
  }

  private void bars(ClassCounts counts) {
    List<Integer> hardest =
        IntStream.range(0, counts.classes())
            .filter(label -> counts.images(label) > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(counts::recall))
            .toList();
    if (hardest.isEmpty()) {
      return;
    }
    boolean all = hardest.size() <= MATRIX_CLASSES;
    html.open("figure").open("figcaption");
    html.text(
        all
            ? "Classes, the hardest first "
            : "The %d hardest of %d classes ".formatted(BARS, hardest.size()));
    html.leaf(
            "small",
            "share of a class's %s that were recognised, per cent; bars: %s%s"
                .formatted(
                    task.kind().many(),
                    series.label(task.leader().orElseThrow()),
                    task.counts().size() > 1 ? "; points: the other rows" : ""))
        .close();
    html.open("div", "class", "rows");
    Scale scale = new Scale(0, 100, 25);
    for (int label : hardest.subList(0, all ? hardest.size() : BARS)) {
      bar(counts, label, scale);
    }
    html.open("div").close().open("div");
    Track.axis(html, scale, "");
    html.close().open("div").close().close();
    if (!all) {
      html.leaf(
          "p",
          "Half of the classes are recognised in %s %% of their %s or more."
              .formatted(
                  Numbers.percent(counts.recall(hardest.get(hardest.size() / 2))),
                  task.kind().many()),
          "class",
          "note");
    }
    html.close().line();
  }

  private void bar(ClassCounts counts, int label, Scale scale) {
    String name = task.className(label);
    html.open("div", "class", "name").leaf("bdi", name).close().open("div");
    Track track = Track.open(html, scale, 18);
    int leader = task.leader().orElseThrow();
    double recall = 100 * counts.recall(label);
    String title = "%s, %s: %.1f".formatted(name, series.label(leader), recall);
    track.bar(0, recall, series.style(leader), title);
    for (Map.Entry<Integer, ClassCounts> other : task.counts().entrySet()) {
      if (other.getKey() != leader) {
        double there = 100 * other.getValue().recall(label);
        track.dot(
            there,
            9,
            3.2,
            "over " + series.style(other.getKey()),
            "%s, %s: %.1f".formatted(name, series.label(other.getKey()), there));
      }
    }
    track.close();
    OptionalInt confused = counts.mostConfused(label);
    String text = Numbers.percent(counts.recall(label));
    html.close().open("div", "class", "value").text(text);
    if (counts.classes() > MATRIX_CLASSES && confused.isPresent()) {
      html.text(", often ").leaf("bdi", task.className(confused.getAsInt()));
    }
    html.close().line();
  }

  private String shortName(int label) {
    String name = task.className(label);
    return name.codePointCount(0, name.length()) <= LABEL_CHARACTERS
        ? name
        : name.substring(0, name.offsetByCodePoints(0, LABEL_CHARACTERS - 1)) + "…";
  }

  private static String round(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }
}
