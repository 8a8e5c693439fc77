package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.common.HydraException;
import java.util.ArrayList;
import java.util.List;

/**
 * The text format of vision-datasets: an image per line, cut at its last blank; before it the path,
 * which may hold blanks, after it the labels, separated by commas. A line without a blank has no
 * labels. Blank lines are skipped.
 */
final class TextIndex {
  private static final int DIGITS_MAX = 9;

  private final String file;
  private final String name;
  private final int classes;

  /**
   * @param file its path, for messages
   * @param name as the registry has it
   * @param classes labels run from 0 to {@code classes - 1}
   */
  TextIndex(String file, String name, int classes) {
    this.file = file;
    this.name = name;
    this.classes = classes;
  }

  List<IndexEntry> parse(byte[] bytes) {
    List<IndexEntry> entries = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) ListedText.decode(file, bytes).lines()::iterator) {
      number++;
      if (!line.isBlank()) {
        entries.add(entry(number, line.strip()));
      }
    }
    return entries;
  }

  private IndexEntry entry(int number, String line) {
    String where = name + ":" + number;
    int blank = line.lastIndexOf(' ');
    if (blank < 0) {
      return new IndexEntry(where, line, new int[0]);
    }
    String[] texts = line.substring(blank + 1).split(",", -1);
    int[] labels = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      labels[i] = label(file + ":" + number, texts[i]);
    }
    return new IndexEntry(where, line.substring(0, blank).stripTrailing(), labels);
  }

  private int label(String where, String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      throw HydraException.usage(
          "%s: label is not a number: '%s'".formatted(where, ListedText.shown(text)));
    }
    int label = Integer.parseInt(text);
    if (label >= classes) {
      throw HydraException.usage(
          "%s: label %d is not in 0..%d, as there are %d class names"
              .formatted(where, label, classes - 1, classes));
    }
    return label;
  }
}
