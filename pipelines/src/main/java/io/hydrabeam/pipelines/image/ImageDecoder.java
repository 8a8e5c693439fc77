package io.hydrabeam.pipelines.image;

/**
 * Image files to RGB, pixel for pixel as Pillow 9's {@code Image.open(file).convert("RGB")}. The
 * format is told by the contents, whatever the file's name says; an EXIF orientation is not
 * applied, as in the original. Sizes are checked before anything is allocated.
 */
public final class ImageDecoder {
  /** Longer files are not read, bytes. */
  public static final int MAX_FILE_BYTES = 1 << 28;

  private ImageDecoder() {}

  /**
   * Decodes a JPEG or PNG file.
   *
   * @param file all of its bytes
   * @throws BadImageException if it is something else, cut, damaged or too large
   */
  public static RgbImage decode(byte[] file) throws BadImageException {
    if (file.length == 0) {
      throw new BadImageException("empty file");
    }
    if (PngDecoder.matches(file)) {
      return PngDecoder.decode(file);
    }
    if (JpegHeader.matches(file)) {
      JpegHeader header = JpegHeader.read(file);
      return header.components() == 4
          ? CmykJpegDecoder.decode(file, header)
          : JpegDecoder.decode(file, header);
    }
    throw new BadImageException(
        "neither JPEG nor PNG: it begins with " + FileSignature.describe(file));
  }
}
