package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.protos.Precision;
import java.io.Serializable;

/**
 * How a model classifies.
 *
 * @param batch images that are classified at once
 * @param precision of the large matrix products
 * @param device where models compute
 * @param threads of one model
 */
public record ModelSetup(int batch, Precision precision, Device device, int threads)
    implements Serializable {

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public ModelSetup {
    if (batch <= 0 || threads <= 0) {
      throw new IllegalArgumentException(
          "evalBatch (%d) and threads (%d) must be positive".formatted(batch, threads));
    }
  }

  /** TensorFlow on that device. */
  public TensorFlowRuntime runtime() {
    return new TensorFlowRuntime(device, threads);
  }
}
