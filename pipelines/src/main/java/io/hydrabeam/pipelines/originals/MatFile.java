package io.hydrabeam.pipelines.originals;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.InflaterInputStream;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * Reads the numeric arrays of a MATLAB level 5 file one after another, so that a large one is never
 * held in memory. Arrays are stored with their first dimension fastest.
 */
final class MatFile {
  private static final int HEADER_BYTES = 128;
  private static final int VERSION_AT = 124;
  private static final int LEVEL_5 = 0x0100;
  private static final int TAG_BYTES = 8;
  private static final int ALIGNMENT = 8;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int NAME_LIMIT_BYTES = 256;
  private static final int DIMENSIONS_LIMIT = 32;

  private static final int INT8 = 1;
  private static final int UINT8 = 2;
  private static final int INT16 = 3;
  private static final int UINT16 = 4;
  private static final int INT32 = 5;
  private static final int UINT32 = 6;
  private static final int DOUBLE = 9;
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;

  private MatFile() {}

  /** Is shown the arrays of a file. */
  interface Visitor {

    /**
     * Is shown an array.
     *
     * @return whether more are wanted
     */
    boolean visit(Array array) throws IOException;
  }

  /**
   * An array whose numbers are next in a stream.
   *
   * @param dimensions the first one fastest
   * @param type of the stored numbers, as the format numbers types
   * @param bytes of all numbers
   * @param in at the first number
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Array(String name, int[] dimensions, int type, long bytes, InputStream in) {

    /** Whether its numbers are unsigned bytes. */
    boolean ofBytes() {
      return type == UINT8;
    }

    /** All numbers of an array of whole numbers that is known to be short. */
    int[] numbers(int limit) throws IOException {
      int width = width();
      long count = Arrays.stream(dimensions).asLongStream().reduce(1, Math::multiplyExact);
      if (count > limit || count * width > bytes) {
        throw new DamagedException(
            "its array %s has %d numbers in %d bytes; at most %d are expected"
                .formatted(name, count, bytes, limit));
      }
      ByteBuffer buffer = little(whole(in, (int) (count * width)));
      int[] numbers = new int[(int) count];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = number(buffer, i * width);
      }
      return numbers;
    }

    private int width() throws DamagedException {
      return switch (type) {
        case INT8, UINT8 -> Byte.BYTES;
        case INT16, UINT16 -> Short.BYTES;
        case INT32, UINT32 -> Integer.BYTES;
        case DOUBLE -> Double.BYTES;
        default ->
            throw new DamagedException(
                "its array %s is stored as type %d, not as numbers".formatted(name, type));
      };
    }

    private int number(ByteBuffer buffer, int at) {
      return switch (type) {
        case INT8 -> buffer.get(at);
        case UINT8 -> buffer.get(at) & 0xff;
        case INT16 -> buffer.getShort(at);
        case UINT16 -> buffer.getShort(at) & 0xffff;
        case DOUBLE -> (int) buffer.getDouble(at);
        default -> buffer.getInt(at);
      };
    }
  }

  /** What stands before an element: its type, its length and whether it lies within the tag. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tag(int type, long bytes, byte[] within) {
    static Tag read(InputStream in) throws IOException {
      byte[] raw = whole(in, TAG_BYTES);
      ByteBuffer tag = little(raw);
      int type = tag.getInt(0);
      if (type >>> Short.SIZE == 0) {
        return new Tag(type, Integer.toUnsignedLong(tag.getInt(Integer.BYTES)), new byte[0]);
      }
      int bytes = type >>> Short.SIZE;
      if (bytes > Integer.BYTES) {
        throw new DamagedException("an element of %d bytes lies within its tag".formatted(bytes));
      }
      return new Tag(
          type & 0xffff, bytes, Arrays.copyOfRange(raw, Integer.BYTES, Integer.BYTES + bytes));
    }

    /** The contents of a short element. */
    byte[] contents(InputStream in, int limit) throws IOException {
      if (within.length > 0 || bytes == 0) {
        return within;
      }
      if (bytes > limit) {
        throw new DamagedException(
            "an element has %d bytes; at most %d are expected".formatted(bytes, limit));
      }
      byte[] contents = whole(in, (int) bytes);
      in.skipNBytes((ALIGNMENT - bytes % ALIGNMENT) % ALIGNMENT);
      return contents;
    }
  }

  /**
   * Shows the arrays of a file.
   *
   * @throws DamagedException if it is of another version or no such file
   */
  static void each(InputStream in, Visitor visitor) throws IOException {
    ByteBuffer header = little(whole(in, HEADER_BYTES));
    int version = header.getShort(VERSION_AT);
    if (version != LEVEL_5 || header.get(VERSION_AT + 2) != 'I') {
      throw new DamagedException(
          "is no little-endian MATLAB level 5 file: version %04x, marked %c%c"
              .formatted(version, header.get(VERSION_AT + 2), header.get(VERSION_AT + 3)));
    }
    for (boolean more = true; more && !atEnd(in); ) {
      Tag tag = Tag.read(in);
      BoundedInputStream element =
          BoundedInputStream.builder()
              .setInputStream(in)
              .setMaxCount(tag.bytes())
              .setPropagateClose(false)
              .get();
      if (tag.type() == COMPRESSED) {
        InputStream unpacked =
            new BufferedInputStream(new InflaterInputStream(element), BUFFER_BYTES);
        Tag packed = Tag.read(unpacked);
        more = packed.type() != MATRIX || array(unpacked, visitor);
      } else if (tag.type() == MATRIX) {
        more = array(element, visitor);
      }
      if (more) {
        element.transferTo(OutputStream.nullOutputStream());
        if (element.getCount() < tag.bytes()) {
          throw new EOFException(
              "an array has %,d of %,d bytes".formatted(element.getCount(), tag.bytes()));
        }
      }
    }
  }

  private static boolean array(InputStream in, Visitor visitor) throws IOException {
    byte[] flags = Tag.read(in).contents(in, TAG_BYTES);
    ByteBuffer lengths = little(Tag.read(in).contents(in, DIMENSIONS_LIMIT * Integer.BYTES));
    int[] dimensions = new int[lengths.capacity() / Integer.BYTES];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = lengths.getInt(i * Integer.BYTES);
      if (dimensions[i] < 0) {
        throw new DamagedException("an array has a dimension of %d".formatted(dimensions[i]));
      }
    }
    String name =
        new String(Tag.read(in).contents(in, NAME_LIMIT_BYTES), StandardCharsets.US_ASCII);
    if (flags.length < 1 || dimensions.length < 2) {
      throw new DamagedException("array %s has no dimensions".formatted(name));
    }
    Tag numbers = Tag.read(in);
    InputStream contents =
        numbers.within().length > 0 ? new ByteArrayInputStream(numbers.within()) : in;
    return visitor.visit(new Array(name, dimensions, numbers.type(), numbers.bytes(), contents));
  }

  private static boolean atEnd(InputStream in) throws IOException {
    in.mark(1);
    boolean end = in.read() < 0;
    in.reset();
    return end;
  }

  private static byte[] whole(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("it ends %d bytes early".formatted(length - bytes.length));
    }
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
