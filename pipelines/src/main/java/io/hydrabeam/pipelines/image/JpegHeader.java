package io.hydrabeam.pipelines.image;

/**
 * What a JPEG file says of itself before its pixels.
 *
 * @param width pixels
 * @param height pixels
 * @param components 1 gray, 3 colour, 4 CMYK or YCCK
 * @param adobeTransform the Adobe segment's colour transform, -1 without one; 2 says YCCK
 */
record JpegHeader(int width, int height, int components, int adobeTransform) {
  private static final int MARKER = 0xff;
  private static final int APP14 = 0xee;
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int FIRST_FRAME = 0xc0;
  private static final int LAST_FRAME = 0xcf;

  /**
   * Pixels that a byte of entropy-coded data can stand for at most: a progressive image needs at
   * least a bit for a block's first coefficient, and a block has 64 pixels. Subsampled chroma only
   * adds bits.
   */
  private static final int PIXELS_PER_BYTE_MAX = 64 * 8;

  /** Whether the bytes begin like a JPEG. */
  static boolean matches(byte[] file) {
    return file.length >= 3
        && (file[0] & 0xff) == MARKER
        && (file[1] & 0xff) == 0xd8
        && (file[2] & 0xff) == MARKER;
  }

  static JpegHeader read(byte[] file) throws BadImageException {
    int adobeTransform = -1;
    int at = 2;
    while (at + 4 <= file.length) {
      if ((file[at] & 0xff) != MARKER) {
        throw new BadImageException("damaged JPEG: no marker at byte %d".formatted(at));
      }
      int marker = file[at + 1] & 0xff;
      if (marker == MARKER) { // fill byte
        at++;
        continue;
      }
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
        throw new BadImageException("damaged JPEG: no frame before its data");
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) { // these have no length
        at += 2;
        continue;
      }
      int length = number(file, at + 2);
      if (length < 2 || at + 2 + length > file.length) {
        break;
      }
      if (marker == APP14 && length >= 14 && file[at + 4] == 'A' && file[at + 5] == 'd') {
        adobeTransform = file[at + 15] & 0xff;
      }
      if (isFrame(marker)) {
        return frame(file, at + 4, length - 2, adobeTransform);
      }
      at += 2 + length;
    }
    throw new BadImageException("truncated JPEG: the header is incomplete");
  }

  private static JpegHeader frame(byte[] file, int at, int length, int adobeTransform)
      throws BadImageException {
    if (length < 6) {
      throw new BadImageException("damaged JPEG: its frame header is too short");
    }
    int bits = file[at] & 0xff;
    JpegHeader header =
        new JpegHeader(
            number(file, at + 3), number(file, at + 1), file[at + 5] & 0xff, adobeTransform);
    if (bits != 8) {
      throw new BadImageException("JPEG with %d bits a sample is not supported".formatted(bits));
    }
    if (header.components != 1 && header.components != 3 && header.components != 4) {
      throw new BadImageException(
          "JPEG with %d components is not supported".formatted(header.components));
    }
    ImageLimits.check(header.width, header.height);
    long pixels = (long) header.width * header.height;
    if (pixels / PIXELS_PER_BYTE_MAX > file.length) {
      throw new BadImageException(
          "truncated JPEG: %d bytes cannot hold %dx%d pixels"
              .formatted(file.length, header.width, header.height));
    }
    return header;
  }

  /** Start-of-frame markers; the three left out are tables and an extension in the same range. */
  private static boolean isFrame(int marker) {
    return marker >= FIRST_FRAME
        && marker <= LAST_FRAME
        && marker != 0xc4
        && marker != 0xc8
        && marker != 0xcc;
  }

  private static int number(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}
