package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.common.HydraException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What lists of images and classes have in common, whatever their format. */
public final class ListedText {
  /** Lists longer than this are refused, bytes. */
  public static final int LIMIT_BYTES = 1 << 28;

  private static final int SHOWN_CHARS = 80;

  private ListedText() {}

  /**
   * Decodes UTF-8, without a byte-order mark.
   *
   * @param file for messages
   */
  public static String decode(String file, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new HydraException(HydraException.USAGE, file + ": is not UTF-8 text", e);
    }
  }

  /** Class names, one on each line that is not blank. */
  public static List<String> classNames(String file, byte[] bytes) {
    return decode(file, bytes).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /**
   * Refuses paths that lead out of the folder that they are relative to, whatever a list says.
   *
   * @param where for messages, as "test.txt:17"
   */
  public static void checkPath(String where, String path) {
    if (path.startsWith("/") || path.indexOf('\\') >= 0 || path.indexOf(':') >= 0) {
      throw HydraException.usage(
          "%s: path must be relative, with forward slashes: %s".formatted(where, shown(path)));
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw HydraException.usage(
            "%s: path must stay within the task's folder: %s".formatted(where, shown(path)));
      }
    }
  }

  /** A text cut to what a message can hold. */
  public static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }
}
