package io.hydrabeam.pipelines.image;

/**
 * Pixels of an image. Compared by identity.
 *
 * @param width pixels
 * @param height pixels
 * @param rgb [height, width, 3] unsigned bytes, row by row; not copied, so not to be changed once
 *     shared
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: images are large
public record RgbImage(int width, int height, byte[] rgb) {
  /** Bytes of a pixel. */
  public static final int CHANNELS = 3;

  public RgbImage {
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException("size (%dx%d) must be positive".formatted(width, height));
    }
    if (rgb.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "%dx%d pixels take %d bytes, got %d"
              .formatted(width, height, (long) width * height * CHANNELS, rgb.length));
    }
  }
}
