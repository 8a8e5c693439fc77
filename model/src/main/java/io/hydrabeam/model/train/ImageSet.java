package io.hydrabeam.model.train;

/**
 * A task's training images, decoded once and whole in memory.
 *
 * @param size side of the square images, pixels
 * @param pixels {@code [images, size, size, 3]} uint8 RGB
 * @param labels {@code [images][…]}: one for each image, or any number for a multilabel task
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
public record ImageSet(int size, byte[] pixels, int[][] labels) {

  public ImageSet {
    long expected = (long) labels.length * size * size * 3;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "%d images of %d×%d×3 need %d bytes, got %d"
              .formatted(labels.length, size, size, expected, pixels.length));
    }
  }

  /** Number of images. */
  public int images() {
    return labels.length;
  }
}
