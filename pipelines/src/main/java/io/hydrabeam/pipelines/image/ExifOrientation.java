package io.hydrabeam.pipelines.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera was held, from a file's EXIF data: tag 0x0112 of the first directory, in a JPEG's
 * APP1 segment or a PNG's eXIf chunk. Data that make no sense count as upright.
 */
public enum ExifOrientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, false, true),
  TURNED_HALF(false, true, true),
  MIRRORED_TURNED_HALF(false, true, false),
  TRANSPOSED(true, false, false),
  TURNED_RIGHT(true, false, true),
  TRANSPOSED_TURNED_HALF(true, true, true),
  TURNED_LEFT(true, true, false);

  private static final int TAG = 0x0112;
  private static final int TYPE_SHORT = 3;
  private static final int ENTRY_BYTES = 12;
  private static final int APP1 = 0xe1;
  private static final int START_OF_SCAN = 0xda;
  private static final int PNG_SIGNATURE_BYTES = 8;
  private static final int EXIF_CHUNK = 0x65584966;
  private static final int END_CHUNK = 0x49454e44;
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

  private final boolean transposed;
  private final boolean topDown;
  private final boolean leftRight;

  ExifOrientation(boolean transposed, boolean topDown, boolean leftRight) {
    this.transposed = transposed;
    this.topDown = topDown;
    this.leftRight = leftRight;
  }

  /** The orientation that a JPEG or PNG file tells; upright where it tells none. */
  public static ExifOrientation of(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (JpegHeader.matches(file)) {
      return jpeg(bytes);
    }
    return PngDecoder.matches(file) ? png(bytes) : UPRIGHT;
  }

  /** The image as it is to be looked at: transposed, then flipped top-down, then left-right. */
  public RgbImage apply(RgbImage image) {
    if (this == UPRIGHT) {
      return image;
    }
    int width = transposed ? image.height() : image.width();
    int height = transposed ? image.width() : image.height();
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    for (int y = 0, to = 0; y < height; y++) {
      for (int x = 0; x < width; x++, to += RgbImage.CHANNELS) {
        int column = leftRight ? width - 1 - x : x;
        int row = topDown ? height - 1 - y : y;
        int from = transposed ? column * image.width() + row : row * image.width() + column;
        System.arraycopy(in, from * RgbImage.CHANNELS, out, to, RgbImage.CHANNELS);
      }
    }
    return new RgbImage(width, height, out);
  }

  private static ExifOrientation jpeg(ByteBuffer file) {
    int at = 2;
    while (at + 4 <= file.limit() && (file.get(at) & 0xff) == 0xff) {
      int marker = file.get(at + 1) & 0xff;
      if (marker == 0xff) { // fill byte
        at++;
        continue;
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) { // these have no length
        at += 2;
        continue;
      }
      int length = file.getShort(at + 2) & 0xffff;
      int end = at + 2 + length;
      if (marker == START_OF_SCAN || length < 2 || end > file.limit()) {
        break;
      }
      if (marker == APP1 && startsWithExif(file, at + 4, end)) {
        return tiff(file, at + 4 + EXIF.length, end);
      }
      at = end;
    }
    return UPRIGHT;
  }

  private static boolean startsWithExif(ByteBuffer file, int at, int end) {
    for (int i = 0; i < EXIF.length; i++) {
      if (at + i >= end || file.get(at + i) != EXIF[i]) {
        return false;
      }
    }
    return true;
  }

  private static ExifOrientation png(ByteBuffer file) {
    long at = PNG_SIGNATURE_BYTES;
    while (at + 8 <= file.limit()) {
      long length = file.getInt((int) at) & 0xffffffffL;
      int type = file.getInt((int) at + 4);
      long end = at + 8 + length;
      if (type == END_CHUNK || end > file.limit()) {
        break;
      }
      if (type == EXIF_CHUNK) {
        return tiff(file, (int) at + 8, (int) end);
      }
      at = end + 4;
    }
    return UPRIGHT;
  }

  /** Searches the first directory of the TIFF structure in [start, end). */
  private static ExifOrientation tiff(ByteBuffer file, int start, int end) {
    if (end - start < 8) {
      return UPRIGHT;
    }
    ByteBuffer tiff = file.duplicate().position(start).limit(end).slice();
    switch (tiff.getShort(0)) {
      case 0x4949 -> tiff.order(ByteOrder.LITTLE_ENDIAN);
      case 0x4d4d -> tiff.order(ByteOrder.BIG_ENDIAN);
      default -> {
        return UPRIGHT;
      }
    }
    long directory = tiff.getInt(4) & 0xffffffffL;
    if (tiff.getShort(2) != 42 || directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = tiff.getShort((int) directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) i * ENTRY_BYTES;
      if (at + ENTRY_BYTES > tiff.limit()) {
        break;
      }
      int entry = (int) at;
      if ((tiff.getShort(entry) & 0xffff) == TAG && tiff.getShort(entry + 2) == TYPE_SHORT) {
        int value = tiff.getShort(entry + 8) & 0xffff;
        return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
      }
    }
    return UPRIGHT;
  }
}
