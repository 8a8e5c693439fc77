package io.hydrabeam.model.train;

import java.io.IOException;

/**
 * Images that are read when a step needs them, for sets that memory does not hold; each step is fed
 * its batch.
 *
 * @param size side of the square images, pixels
 * @param labels {@code [images][…]}
 * @param reader of pixels; used by one thread at a time for each training
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
public record StreamedImages(int size, int[][] labels, Reader reader) implements ImageSet {

  /** Reads single images. */
  @FunctionalInterface
  public interface Reader {

    /** The image at a position, {@code [size, size, 3]} uint8 RGB. */
    byte[] read(int row) throws IOException;
  }

  @Override
  public long heldBytes() {
    return 0;
  }

  @Override
  public byte[] pixels(int[] rows) throws IOException {
    int length = size * size * 3;
    byte[] copied = new byte[rows.length * length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(reader.read(rows[i]), 0, copied, i * length, length);
    }
    return copied;
  }
}
