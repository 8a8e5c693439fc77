package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A source whose images can be read one by one, in any order. */
interface AddressedSource extends ImageSource {

  /**
   * Pixels and labels of an image.
   *
   * @throws BadImageException if the image is of no use
   * @throws IOException if it cannot be told, because a disk or network fails
   */
  SourceImage read(Task task, String split, ImageReference reference)
      throws IOException, BadImageException;

  @Override
  default List<SourceImage> probe(Task task, String split, List<ImageReference> references)
      throws IOException {
    List<SourceImage> images = new ArrayList<>();
    for (ImageReference reference : references) {
      try {
        images.add(read(task, split, reference));
      } catch (BadImageException e) {
        // It will be listed when it is to be stored.
      }
    }
    return images;
  }
}
