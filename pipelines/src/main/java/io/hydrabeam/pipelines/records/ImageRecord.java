package io.hydrabeam.pipelines.records;

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
public record ImageRecord(String key, int[] labels, int height, int width, byte[] rgb) {

  /**
   * The class of an image of a single-label task.
   *
   * @throws IllegalStateException if it has several labels, or none
   */
  public int label() {
    if (labels.length != 1) {
      throw new IllegalStateException("%s has %d labels, not one".formatted(key, labels.length));
    }
    return labels[0];
  }
}
