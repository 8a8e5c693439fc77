package io.hydrabeam.pipelines.sentences;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file as bytes, one in memory at a time. Only a line feed ends one: sentences hold
 * other characters that some readers take for line ends.
 */
final class Lines {

  /** Longer lines are passed over: a damaged file, not a sentence. */
  static final int LIMIT_BYTES = 4 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;

  private int number;

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
  }

  /**
   * A line.
   *
   * @param number from 1
   * @param bytes without its end; cut where it is too long
   * @param cut whether it was too long
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Line(int number, byte[] bytes, boolean cut) {

    /** Whether nothing but blanks stands there. */
    boolean isBlank() {
      for (byte b : bytes) {
        if (b != ' ') {
          return false;
        }
      }
      return true;
    }

    /** As text, without the mark that a file may begin with; empty if it is not UTF-8. */
    Optional<String> text() {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return Optional.of(number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text);
      } catch (CharacterCodingException e) {
        return Optional.empty();
      }
    }
  }

  /** The next line; null after the last. */
  @Nullable Line next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean cut = false;
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (bytes.size() < LIMIT_BYTES) {
        bytes.write(b);
      } else {
        cut = true;
      }
    }
    byte[] line = bytes.toByteArray();
    if (line.length > 0 && line[line.length - 1] == '\r') {
      line = Arrays.copyOf(line, line.length - 1);
    }
    return new Line(++number, line, cut);
  }
}
