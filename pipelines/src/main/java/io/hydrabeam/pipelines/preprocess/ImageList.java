package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.datasets.ListedText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A split's list file: a line per image, its relative path, a blank, its label. A byte-order mark,
 * CRLF and blank lines are accepted; whatever else is wrong is told with file and line.
 */
final class ImageList {
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
  private static final Pattern LINE_END = Pattern.compile("\\r\\n|\\n|\\r");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,9}");

  private ImageList() {}

  /**
   * A line of the list.
   *
   * @param line from 1
   * @param path relative to the task's folder, with forward slashes
   * @param label class, from 0
   */
  record Entry(int line, String path, int label) {}

  /**
   * Parses a list.
   *
   * @param file for messages
   * @param classes labels run from 0 to {@code classes - 1}
   */
  static List<Entry> parse(String file, byte[] bytes, int classes) {
    List<Entry> entries = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    int number = 0;
    for (String line : LINE_END.split(ListedText.decode(file, bytes), -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      Entry entry = entry(file, number, line.strip(), classes);
      Integer before = lines.putIfAbsent(entry.path, number);
      if (before != null) {
        throw wrong(file, number, "%s is listed on line %d too".formatted(entry.path, before));
      }
      entries.add(entry);
    }
    if (entries.isEmpty()) {
      throw HydraException.usage(file + ": lists no images");
    }
    return entries;
  }

  private static Entry entry(String file, int number, String line, int classes) {
    String[] fields = BLANKS.split(line, -1);
    if (fields.length != 2) {
      throw wrong(
          file,
          number,
          "expected a path without blanks and a label, got %d field%s: %s"
              .formatted(fields.length, fields.length == 1 ? "" : "s", ListedText.shown(line)));
    }
    if (!INTEGER.matcher(fields[1]).matches()) {
      throw wrong(file, number, "label is not an integer: " + ListedText.shown(fields[1]));
    }
    int label = Integer.parseInt(fields[1]);
    if (label < 0 || label >= classes) {
      throw wrong(
          file,
          number,
          "label %d is not in 0..%d; the catalog says %d classes"
              .formatted(label, classes - 1, classes));
    }
    ListedText.checkPath(file + ":" + number, fields[0]);
    return new Entry(number, fields[0], label);
  }

  private static HydraException wrong(String file, int line, String what) {
    return HydraException.usage("%s:%d: %s".formatted(file, line, what));
  }
}
