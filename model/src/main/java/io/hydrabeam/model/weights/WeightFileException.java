package io.hydrabeam.model.weights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A weight file that is not what it should be. The message is one line: the file, the tensor, what
 * was expected and found, and what to do where that is known.
 */
public final class WeightFileException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int NAME_LENGTH_SHOWN = 120;

  /**
   * @param file the file or folder
   * @param problem a line without the file's name
   */
  public WeightFileException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /**
   * @param file the file or folder
   * @param problem a line without the file's name
   * @param cause what another library said
   */
  public WeightFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /**
   * Text from a file, fit for a line: control characters replaced, long text cut. A file's contents
   * are not to be trusted with the terminal.
   */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(NAME_LENGTH_SHOWN)
        .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '?' : c)
        .map(c -> Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(out::appendCodePoint);
    return text.codePointCount(0, text.length()) > NAME_LENGTH_SHOWN ? out + "…" : out.toString();
  }
}
