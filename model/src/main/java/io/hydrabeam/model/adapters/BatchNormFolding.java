package io.hydrabeam.model.adapters;

import io.hydrabeam.model.layers.BatchNorm;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Folds the batch normalisation between features and head into the head, exactly:
 *
 * <pre>{@code
 * W'[i, c] = W[i, c] / sqrt(variance[i] + ε)      b'[c] = b[c] − Σ_i mean[i]·W'[i, c]
 * }</pre>
 *
 * <p>In double precision, rounded once.
 */
public final class BatchNormFolding {

  private BatchNormFolding() {}

  /**
   * Folds.
   *
   * @param parameters canonical name to tensor, a head among them; not changed
   * @return the same without running statistics; the very same where there are none
   * @throws IllegalArgumentException if head and statistics do not fit together
   */
  public static Map<String, HostTensor> fold(Map<String, HostTensor> parameters) {
    HostTensor mean = parameters.get(ParameterName.HEAD_MEAN);
    HostTensor variance = parameters.get(ParameterName.HEAD_VARIANCE);
    if (mean == null && variance == null) {
      return parameters;
    }
    HostTensor kernel = parameters.get(ParameterName.HEAD_KERNEL);
    HostTensor bias = parameters.get(ParameterName.HEAD_BIAS);
    if (mean == null || variance == null || kernel == null || bias == null) {
      throw new IllegalArgumentException(
          "%s and %s belong together, and to a head"
              .formatted(ParameterName.HEAD_MEAN, ParameterName.HEAD_VARIANCE));
    }
    int width = kernel.shape()[0];
    int classes = kernel.shape()[1];
    if (mean.values().length != width || variance.values().length != width) {
      throw new IllegalArgumentException(
          "the head takes %d features, the statistics are of %d and %d"
              .formatted(width, mean.values().length, variance.values().length));
    }
    float[] weights = new float[width * classes];
    double[] offsets = new double[classes];
    for (int i = 0; i < width; i++) {
      double inverse = 1 / Math.sqrt(variance.values()[i] + BatchNorm.EPSILON);
      for (int c = 0; c < classes; c++) {
        double weight = kernel.values()[i * classes + c] * inverse;
        weights[i * classes + c] = (float) weight;
        offsets[c] -= mean.values()[i] * weight;
      }
    }
    float[] biases = new float[classes];
    for (int c = 0; c < classes; c++) {
      biases[c] = (float) (bias.values()[c] + offsets[c]);
    }
    Map<String, HostTensor> folded = new LinkedHashMap<>(parameters);
    folded.remove(ParameterName.HEAD_MEAN);
    folded.remove(ParameterName.HEAD_VARIANCE);
    folded.put(ParameterName.HEAD_KERNEL, HostTensor.of(weights, width, classes));
    folded.put(ParameterName.HEAD_BIAS, HostTensor.of(biases, classes));
    return folded;
  }
}
