package io.hydrabeam.model.train;

import io.hydrabeam.model.Tensors;
import org.tensorflow.types.TFloat32;

/** Labels as what the losses compare with. */
final class OneHotLabels {

  private OneHotLabels() {}

  /**
   * A tensor {@code [images, classes]} of ones at an image's labels and zeros elsewhere, to be
   * closed by the caller.
   *
   * @param labels {@code [images][…]}
   */
  static TFloat32 of(int[][] labels, int classes) {
    float[] hot = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      for (int label : labels[i]) {
        hot[i * classes + label] = 1;
      }
    }
    return Tensors.floats(hot, labels.length, classes);
  }
}
