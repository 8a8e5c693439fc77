package io.hydrabeam.pipelines.sentences;

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
public final class Lines {

  /** Longer lines are passed over: a damaged file, not a sentence. */
  public static final int LIMIT_BYTES = 4 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;

  private final byte[] buffer = new byte[BUFFER_BYTES];

  private int at;

  private int end;

  private int number;

  /**
   * @param in from its start; closed by whoever opened it
   */
  public Lines(InputStream in) {
    this.in = in;
  }

  /**
   * A line.
   *
   * @param number from 1
   * @param bytes without its end; cut where it is too long
   * @param cut whether it was too long
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Line(int number, byte[] bytes, boolean cut) {

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
    public Optional<String> text() {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return Optional.of(number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text);
      } catch (CharacterCodingException e) {
        return Optional.empty();
      }
    }
  }

  /** The next line; null after the last. */
  public @Nullable Line next() throws IOException {
    if (!fill()) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean cut = false;
    boolean ended = false;
    while (!ended && fill()) {
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      int room = LIMIT_BYTES - bytes.size();
      cut |= stop - at > room;
      bytes.write(buffer, at, Math.min(stop - at, room));
      ended = stop < end;
      at = ended ? stop + 1 : stop;
    }
    byte[] line = bytes.toByteArray();
    if (line.length > 0 && line[line.length - 1] == '\r') {
      line = Arrays.copyOf(line, line.length - 1);
    }
    return new Line(++number, line, cut);
  }

  /** Whether there is more, which is in the buffer then. */
  private boolean fill() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer));
    }
    return at < end;
  }
}
