package io.hydrabeam.model;

/**
 * Images.
 *
 * @param size side of the square images, pixels
 * @param pixels {@code [count, size, size, 3]} uint8 RGB; more may follow
 * @param count their number
 */
@SuppressWarnings("ArrayRecordComponent") // never compared: the arrays are large
public record ImageSamples(int size, byte[] pixels, int count) implements Samples {

  public ImageSamples {
    if (pixels.length < (long) count * size * size * 3) {
      throw new IllegalArgumentException(
          "%d images of %d×%d×3 need more than %d bytes"
              .formatted(count, size, size, pixels.length));
    }
  }
}
