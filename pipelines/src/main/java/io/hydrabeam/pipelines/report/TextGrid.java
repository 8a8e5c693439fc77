package io.hydrabeam.pipelines.report;

import java.util.ArrayList;
import java.util.List;

/** A header and rows of equal length as lines; the first column is text, the others are numbers. */
final class TextGrid {
  private TextGrid() {}

  /** Columns aligned with blanks, two between them. */
  static List<String> aligned(List<List<String>> grid) {
    int[] widths = widths(grid);
    List<String> lines = new ArrayList<>();
    for (List<String> row : grid) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(i == 0 ? "" : "  ").append(pad(row.get(i), widths[i], i > 0));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** A Markdown table; cells lose their vertical bars. */
  static List<String> markdown(List<List<String>> grid) {
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < grid.size(); r++) {
      List<String> row = grid.get(r).stream().map(cell -> cell.replace('|', '/')).toList();
      lines.add("| " + String.join(" | ", row) + " |");
      if (r == 0) {
        lines.add("| --- |" + " ---: |".repeat(row.size() - 1));
      }
    }
    return lines;
  }

  private static int[] widths(List<List<String>> grid) {
    int[] widths = new int[grid.get(0).size()];
    for (List<String> row : grid) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String pad(String text, int width, boolean right) {
    String blanks = " ".repeat(width - text.length());
    return right ? blanks + text : text + blanks;
  }
}
