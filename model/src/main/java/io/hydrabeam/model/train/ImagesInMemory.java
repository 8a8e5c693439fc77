package io.hydrabeam.model.train;

/**
 * Images decoded once and whole in memory; a training's graph holds a copy and gathers from it.
 *
 * @param size side of the square images, pixels
 * @param pixels {@code [images, size, size, 3]} uint8 RGB
 * @param labels {@code [images][…]}
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
public record ImagesInMemory(int size, byte[] pixels, int[][] labels) implements ImageSet {

  public ImagesInMemory {
    long expected = (long) labels.length * size * size * 3;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "%d images of %d×%d×3 need %d bytes, got %d"
              .formatted(labels.length, size, size, expected, pixels.length));
    }
  }

  @Override
  public long heldBytes() {
    return pixels.length;
  }

  @Override
  public byte[] pixels(int[] rows) {
    int length = size * size * 3;
    byte[] copied = new byte[rows.length * length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(pixels, rows[i] * length, copied, i * length, length);
    }
    return copied;
  }
}
