package io.hydrabeam.pipelines.image;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * RGB to PNG, without loss and small: an image whose three channels agree is stored as gray, and
 * each row takes the filter that leaves the smallest sum of residuals.
 */
public final class PngEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int FILTERS = 5;
  private static final int PAETH = 4;

  private PngEncoder() {}

  /**
   * The bytes of a PNG file.
   *
   * @param level Deflate's effort, 1 to 9
   */
  public static byte[] encode(RgbImage image, int level) {
    boolean gray = isGray(image.rgb());
    int channels = gray ? 1 : RgbImage.CHANNELS;
    byte[] filtered = filter(image, channels);
    ByteArrayOutputStream out = new ByteArrayOutputStream(filtered.length / 2 + 64);
    out.writeBytes(SIGNATURE);
    byte[] header = new byte[13];
    number(header, 0, image.width());
    number(header, 4, image.height());
    header[8] = 8;
    header[9] = (byte) (gray ? 0 : 2);
    chunk(out, "IHDR", header, header.length);
    Deflater deflater = new Deflater(level);
    try {
      deflater.setInput(filtered);
      deflater.finish();
      byte[] packed = new byte[filtered.length + filtered.length / 8 + 64];
      int length = 0;
      while (!deflater.finished()) {
        length += deflater.deflate(packed, length, packed.length - length);
      }
      chunk(out, "IDAT", packed, length);
    } finally {
      deflater.end();
    }
    chunk(out, "IEND", new byte[0], 0);
    return out.toByteArray();
  }

  private static boolean isGray(byte[] rgb) {
    for (int i = 0; i < rgb.length; i += RgbImage.CHANNELS) {
      if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
        return false;
      }
    }
    return true;
  }

  /** Rows of filter byte and residuals. */
  private static byte[] filter(RgbImage image, int channels) {
    int rowBytes = image.width() * channels;
    byte[] filtered = new byte[(rowBytes + 1) * image.height()];
    byte[] row = new byte[rowBytes];
    byte[] above = new byte[rowBytes];
    byte[][] residuals = new byte[FILTERS][rowBytes];
    for (int y = 0; y < image.height(); y++) {
      int from = y * image.width() * RgbImage.CHANNELS;
      for (int i = 0; i < rowBytes; i++) {
        row[i] = image.rgb()[channels == 1 ? from + i * RgbImage.CHANNELS : from + i];
      }
      int best = best(row, above, residuals, channels);
      int to = y * (rowBytes + 1);
      filtered[to] = (byte) best;
      System.arraycopy(residuals[best], 0, filtered, to + 1, rowBytes);
      byte[] swap = above;
      above = row;
      row = swap;
    }
    return filtered;
  }

  /** Fills the residuals of all filters and returns the best one's number. */
  private static int best(byte[] row, byte[] above, byte[][] residuals, int step) {
    int[] sums = new int[FILTERS];
    for (int i = 0; i < row.length; i++) {
      int value = row[i];
      int left = i < step ? 0 : row[i - step] & 0xff;
      int up = above[i] & 0xff;
      int upLeft = i < step ? 0 : above[i - step] & 0xff;
      put(residuals, sums, 0, i, value);
      put(residuals, sums, 1, i, value - left);
      put(residuals, sums, 2, i, value - up);
      put(residuals, sums, 3, i, value - ((left + up) >> 1));
      put(residuals, sums, PAETH, i, value - PngDecoder.paeth(left, up, upLeft));
    }
    int best = 0;
    for (int filter = 1; filter < FILTERS; filter++) {
      if (sums[filter] < sums[best]) {
        best = filter;
      }
    }
    return best;
  }

  private static void put(byte[][] residuals, int[] sums, int filter, int i, int residual) {
    residuals[filter][i] = (byte) residual;
    sums[filter] += Math.abs((byte) residual);
  }

  private static void chunk(ByteArrayOutputStream out, String name, byte[] data, int length) {
    byte[] number = new byte[Integer.BYTES];
    number(number, 0, length);
    out.writeBytes(number);
    byte[] type = {
      (byte) name.charAt(0), (byte) name.charAt(1), (byte) name.charAt(2), (byte) name.charAt(3)
    };
    out.writeBytes(type);
    out.write(data, 0, length);
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(data, 0, length);
    number(number, 0, (int) crc.getValue());
    out.writeBytes(number);
  }

  private static void number(byte[] target, int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      target[at + i] = (byte) (value >>> (24 - 8 * i));
    }
  }
}
