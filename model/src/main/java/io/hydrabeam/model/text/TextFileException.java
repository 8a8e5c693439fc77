package io.hydrabeam.model.text;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A vocabulary or a file of prompts that is not what it should be. The message is one line: the
 * file, the place, what was expected and found.
 */
public final class TextFileException extends IOException {

  private static final long serialVersionUID = 1L;

  TextFileException(Path file, String problem) {
    super(file + ": " + problem);
  }

  TextFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
