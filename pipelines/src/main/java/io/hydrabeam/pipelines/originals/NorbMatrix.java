package io.hydrabeam.pipelines.originals;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What stands before the numbers of smallNORB's matrices: a number for their type, the number of
 * dimensions, and the sizes of these, of which at least three are written.
 *
 * @param type of the numbers
 * @param shape the last dimension fastest
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NorbMatrix(int type, int[] shape) {
  /** Type of unsigned bytes. */
  static final int BYTES = 0x1e3d4c55;

  /** Type of 32-bit whole numbers. */
  static final int INTEGERS = 0x1e3d4c54;

  private static final int SIZES_LEAST = 3;
  private static final int DIMENSIONS_MOST = 8;

  /**
   * Reads it; the stream is at the first number then.
   *
   * @param shape it must have; where 0 stands, any size will do
   * @throws DamagedException if the matrix is another
   */
  static NorbMatrix read(InputStream in, int type, int... shape) throws IOException {
    int found = integer(in);
    int dimensions = integer(in);
    if (found != type || dimensions < 1 || dimensions > DIMENSIONS_MOST) {
      throw new DamagedException(
          "is no matrix of smallNORB: it begins with %08x, expected %08x".formatted(found, type));
    }
    int[] sizes = new int[Math.max(SIZES_LEAST, dimensions)];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = integer(in);
    }
    int[] own = Arrays.copyOf(sizes, dimensions);
    boolean fits = own.length == shape.length;
    for (int i = 0; fits && i < own.length; i++) {
      fits = shape[i] == 0 ? own[i] >= 0 : own[i] == shape[i];
    }
    if (!fits) {
      throw new DamagedException(
          "is a matrix of %s, expected %s (0: any)"
              .formatted(Arrays.toString(own), Arrays.toString(shape)));
    }
    return new NorbMatrix(found, own);
  }

  /** The next 32-bit number. */
  static int integer(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(Integer.BYTES);
    if (bytes.length < Integer.BYTES) {
      throw new EOFException("it ends within a number");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }
}
