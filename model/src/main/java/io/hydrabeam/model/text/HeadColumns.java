package io.hydrabeam.model.text;

import io.hydrabeam.model.weights.HostTensor;
import java.util.Arrays;

/**
 * Fills a head's kernel {@code [embedding, classes]} from its prompts' features, class by class:
 * the mean of their directions, brought to length 1.
 */
final class HeadColumns {

  private final HostTensor kernel;
  private final int templates;
  private final double[] sum;
  private int added;

  /**
   * @param kernel to fill
   * @param templates features of each class
   */
  HeadColumns(HostTensor kernel, int templates) {
    this.kernel = kernel;
    this.templates = templates;
    this.sum = new double[kernel.shape()[0]];
  }

  /**
   * Takes the next feature, {@code [embedding]}.
   *
   * @throws IllegalStateException if it has no direction: zero, NaN or infinite
   */
  void add(float[] feature) {
    double length = 0;
    for (float value : feature) {
      length += (double) value * value;
    }
    length = Math.sqrt(length);
    if (!(length > 0 && Double.isFinite(length))) {
      throw new IllegalStateException(
          "the feature of prompt %d of class %d has length %s"
              .formatted(added % templates, added / templates, length));
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] += feature[i] / length;
    }
    added++;
    if (added % templates == 0) {
      setColumn(added / templates - 1);
      Arrays.fill(sum, 0);
    }
  }

  private void setColumn(int column) {
    int columns = kernel.shape()[1];
    double length = Math.sqrt(Arrays.stream(sum).map(value -> value * value).sum());
    for (int row = 0; row < sum.length; row++) {
      kernel.values()[row * columns + column] = (float) (sum[row] / length);
    }
  }
}
