package io.hydrabeam.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Turns a tensor's bytes into floats through a small buffer. */
final class FloatReader {

  private static final int BUFFER_BYTES = 1 << 18;

  /** The longest array that every Java virtual machine can make. */
  private static final long VALUES_MAX = Integer.MAX_VALUE - 8;

  private FloatReader() {}

  /** Gives the next {@code count} bytes, or fails. */
  interface Source {
    void read(byte[] bytes, int count) throws IOException;
  }

  /** Reads {@code product(shape)} elements. */
  static HostTensor read(ElementType type, int[] shape, Source source) throws IOException {
    int size = 1;
    for (int extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    float[] values = new float[size];
    byte[] bytes = new byte[(int) Math.min(BUFFER_BYTES, (long) size * type.bytes())];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int done = 0;
    while (done < size) {
      int count = Math.min(size - done, bytes.length / type.bytes());
      source.read(bytes, count * type.bytes());
      type.decode(buffer.clear(), values, done, count);
      done += count;
    }
    return new HostTensor(shape.clone(), values);
  }

  /**
   * Number of elements of a shape, or −1 if it does not fit a long.
   *
   * @param shape extents, none negative
   */
  static long size(int[] shape) {
    if (Arrays.stream(shape).anyMatch(extent -> extent == 0)) {
      return 0;
    }
    long size = 1;
    for (int extent : shape) {
      if (size > Long.MAX_VALUE / 16 / extent) { // 16: room for the size in bytes
        return -1;
      }
      size *= extent;
    }
    return size;
  }

  /** Whether that many values fit into an array. */
  static boolean fits(long size) {
    return size >= 0 && size <= VALUES_MAX;
  }
}
