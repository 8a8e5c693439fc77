package io.hydrabeam.pipelines.originals;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands before the numbers of a numpy file.
 *
 * @param type of the numbers, as numpy writes it: "|u1"
 * @param shape the last dimension fastest
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NpyHeader(String type, int[] shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LENGTH_LIMIT_BYTES = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr': '([^']+)'");
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([\\d, ]*)\\)");

  /**
   * Reads it; the stream is at the first number then.
   *
   * @throws DamagedException if it is no numpy file or its numbers are in Fortran's order
   */
  static NpyHeader read(InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2
        || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DamagedException("holds no numpy file");
    }
    int bytes = start[MAGIC.length] == 1 ? Short.BYTES : Integer.BYTES;
    byte[] size = Arrays.copyOf(in.readNBytes(bytes), Integer.BYTES);
    int length = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 0 || length > LENGTH_LIMIT_BYTES) {
      throw new DamagedException("its numpy header has %d bytes".formatted(length));
    }
    byte[] header = in.readNBytes(length);
    if (header.length < length) {
      throw new EOFException("it ends within its numpy header");
    }
    return parse(new String(header, StandardCharsets.ISO_8859_1));
  }

  private static NpyHeader parse(String header) throws DamagedException {
    Matcher type = TYPE.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!type.find() || !shape.find() || !header.contains("'fortran_order': False")) {
      throw new DamagedException(
          "its numpy header is not understood: %s".formatted(header.strip()));
    }
    int[] sizes =
        Arrays.stream(shape.group(1).split(",", -1))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToInt(size -> size.length() < 10 ? Integer.parseInt(size) : -1)
            .toArray();
    return new NpyHeader(type.group(1), sizes);
  }

  boolean ofBytes() {
    return type.equals("|u1") || type.equals("|b1");
  }
}
