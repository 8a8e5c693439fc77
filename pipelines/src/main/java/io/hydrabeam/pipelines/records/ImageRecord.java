package io.hydrabeam.pipelines.records;

import io.hydrabeam.model.ImageSamples;
import java.io.IOException;
import java.util.List;

/**
 * A labelled image at the size that the model sees.
 *
 * @param key names the image within its split, as in "images/test/000017.jpg"
 * @param labels classes, from 0; exactly one unless the task is multilabel; not copied
 * @param height pixels
 * @param width pixels
 * @param rgb [height, width, 3] unsigned bytes; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: images are large
public record ImageRecord(String key, int[] labels, int height, int width, byte[] rgb)
    implements StoredRecord {

  @Override
  public float number() {
    return 0;
  }

  /**
   * Several images as a model takes them.
   *
   * @throws IOException if they are not all of one size
   */
  static ImageSamples samples(List<ImageRecord> images) throws IOException {
    int length = images.get(0).rgb().length;
    byte[] pixels = new byte[images.size() * length];
    for (int i = 0; i < images.size(); i++) {
      byte[] rgb = images.get(i).rgb();
      if (rgb.length != length) {
        throw new IOException("image %s has another size".formatted(images.get(i).key()));
      }
      System.arraycopy(rgb, 0, pixels, i * length, length);
    }
    return new ImageSamples(images.get(0).width(), pixels, images.size());
  }
}
