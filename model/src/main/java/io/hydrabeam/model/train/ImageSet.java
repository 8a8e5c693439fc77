package io.hydrabeam.model.train;

import java.io.IOException;

/**
 * A task's training images, in an order that never changes. Where their pixels are kept changes no
 * training: the same images give the same bytes from memory or from a disk.
 */
public sealed interface ImageSet permits ImagesInMemory, StreamedImages {

  /** Side of the square images, pixels. */
  int size();

  /** {@code [images][…]}: one for each image, or any number for a multilabel task. */
  int[][] labels();

  /** Number of images. */
  default int images() {
    return labels().length;
  }

  /**
   * Copies some images.
   *
   * @param rows positions, from 0
   * @return {@code [rows, size, size, 3]} uint8 RGB
   * @throws IOException if they cannot be read
   */
  byte[] pixels(int[] rows) throws IOException;
}
