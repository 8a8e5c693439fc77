package io.hydrabeam.pipelines.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Pixels of three bytes from and to ints, one a pixel: red in the lowest byte, then green and blue.
 * What the highest byte holds is of no account. An int is moved at once where the image has four
 * bytes left, so that a pixel costs one access and not three.
 */
final class PackedPixels {
  /** Columns that {@link #columns} reads at once, so that a row's cache line serves several. */
  static final int COLUMNS = 4;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private PackedPixels() {}

  /**
   * Four neighbouring columns of rows [top, top + rows).
   *
   * @param x the first; what is right of the image is undefined
   * @param to [4, at least rows]
   */
  static void columns(RgbImage image, int x, int top, int rows, int[][] to) {
    byte[] rgb = image.rgb();
    int stride = image.width() * RgbImage.CHANNELS;
    int at = top * stride + x * RgbImage.CHANNELS;
    int readable = rgb.length - at - COLUMNS * RgbImage.CHANNELS - 1; // beyond the first row's
    int whole = readable < 0 ? 0 : Math.min(rows, readable / stride + 1);
    int[] first = to[0];
    int[] second = to[1];
    int[] third = to[2];
    int[] fourth = to[3];
    for (int y = 0; y < whole; y++, at += stride) {
      first[y] = (int) INTS.get(rgb, at);
      second[y] = (int) INTS.get(rgb, at + 3);
      third[y] = (int) INTS.get(rgb, at + 6);
      fourth[y] = (int) INTS.get(rgb, at + 9);
    }
    for (int y = whole; y < rows; y++, at += stride) {
      for (int i = 0; i < COLUMNS && x + i < image.width(); i++) {
        to[i][y] = read(rgb, at + i * RgbImage.CHANNELS);
      }
    }
  }

  /** Neighbouring pixels of a row from the byte {@code at} on. */
  static void row(byte[] rgb, int at, int[] to) {
    int last = to.length - 1;
    for (int x = 0; x < last; x++) {
      to[x] = (int) INTS.get(rgb, at + x * RgbImage.CHANNELS);
    }
    to[last] = read(rgb, at + last * RgbImage.CHANNELS);
  }

  /** Writes a row's pixels from the byte {@code at} on. */
  static void write(int[] row, byte[] rgb, int at) {
    int last = row.length - 1;
    for (int x = 0; x < last; x++) {
      // The fourth byte belongs to the next pixel, which is written next.
      INTS.set(rgb, at + x * RgbImage.CHANNELS, row[x]);
    }
    int end = at + last * RgbImage.CHANNELS;
    rgb[end] = (byte) row[last];
    rgb[end + 1] = (byte) (row[last] >> 8);
    rgb[end + 2] = (byte) (row[last] >> 16);
  }

  private static int read(byte[] rgb, int at) {
    return (rgb[at] & 0xff) | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff) << 16;
  }
}
