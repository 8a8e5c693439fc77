package io.hydrabeam.model.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.VitConfig;
import java.io.IOException;

/**
 * A task's training images, in an order that never changes. Where their pixels are kept changes no
 * training: the same images give the same bytes from memory or from a disk.
 */
public sealed interface ImageSet extends TrainingSet permits ImagesInMemory, StreamedImages {

  /** Side of the square images, pixels. */
  int size();

  /** {@code [images][…]}: one for each image, or any number for a multilabel task. */
  int[][] labels();

  /**
   * Copies some images.
   *
   * @param rows positions, from 0
   * @return {@code [rows, size, size, 3]} uint8 RGB
   * @throws IOException if they cannot be read
   */
  byte[] pixels(int[] rows) throws IOException;

  @Override
  default Targets targets() {
    return new Targets.Labels(labels());
  }

  @Override
  default ImageSamples samples(int[] rows) throws IOException {
    return new ImageSamples(size(), pixels(rows), rows.length);
  }

  @Override
  default int bucket(int row) {
    return 0;
  }

  @Override
  default void requireFit(BackboneConfig model) {
    if (!(model instanceof VitConfig vit)) {
      throw new IllegalArgumentException("the records are images, the backbone reads texts");
    }
    if (size() != vit.imageSize()) {
      throw new IllegalArgumentException(
          "images are %d pixels wide, the backbone takes %d".formatted(size(), vit.imageSize()));
    }
  }
}
