package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Where a benchmark's images come from; travels to the workers. */
interface ImageSource extends Serializable {

  /**
   * Names the kind of source and its version; enters the hash that tells whether data are stale.
   */
  String identity();

  /**
   * The images of a split, in any order, each key once.
   *
   * @throws io.hydrabeam.pipelines.common.HydraException if the split is not as the task says
   */
  List<ImageReference> references(Task task, String split) throws IOException;

  /**
   * Pixels and label of an image.
   *
   * @throws BadImageException if the image is of no use
   * @throws IOException if it cannot be told, because a disk or network fails
   */
  SourceImage read(Task task, String split, ImageReference reference)
      throws IOException, BadImageException;

  /**
   * An image as the source has it.
   *
   * @param labels classes, from 0, ascending and each once
   */
  record SourceImage(RgbImage image, List<Integer> labels) {}
}
