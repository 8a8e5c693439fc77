package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
  private static final int SHOWN_CHARS = 80;

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
    for (String line : LINE_END.split(text(file, bytes), -1)) {
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

  /** Decodes UTF-8, without a byte-order mark. */
  static String text(String file, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new HydraException(HydraException.USAGE, file + ": is not UTF-8 text", e);
    }
  }

  private static Entry entry(String file, int number, String line, int classes) {
    String[] fields = BLANKS.split(line, -1);
    if (fields.length != 2) {
      throw wrong(
          file,
          number,
          "expected a path without blanks and a label, got %d field%s: %s"
              .formatted(fields.length, fields.length == 1 ? "" : "s", shown(line)));
    }
    if (!INTEGER.matcher(fields[1]).matches()) {
      throw wrong(file, number, "label is not an integer: " + shown(fields[1]));
    }
    int label = Integer.parseInt(fields[1]);
    if (label < 0 || label >= classes) {
      throw wrong(
          file,
          number,
          "label %d is not in 0..%d; the catalog says %d classes"
              .formatted(label, classes - 1, classes));
    }
    checkPath(file, number, fields[0]);
    return new Entry(number, fields[0], label);
  }

  /** Paths stay within the task's folder, whatever the list says. */
  private static void checkPath(String file, int number, String path) {
    if (path.startsWith("/") || path.indexOf('\\') >= 0 || path.indexOf(':') >= 0) {
      throw wrong(file, number, "path must be relative, with forward slashes: " + shown(path));
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw wrong(file, number, "path must stay within the task's folder: " + shown(path));
      }
    }
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  private static HydraException wrong(String file, int line, String what) {
    return HydraException.usage("%s:%d: %s".formatted(file, line, what));
  }
}
