package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.weights.HostTensor;
import java.util.Arrays;
import java.util.Map;

/** Checks on parameters in memory. */
final class Parameters {

  private Parameters() {}

  /**
   * Fails unless there are exactly these parameters in exactly these shapes.
   *
   * @throws IllegalArgumentException naming the first that differs
   */
  static void requireExactly(Map<String, int[]> shapes, Map<String, HostTensor> parameters) {
    shapes.forEach(
        (name, shape) -> {
          HostTensor tensor = parameters.get(name);
          if (tensor == null) {
            throw new IllegalArgumentException("parameter %s is missing".formatted(name));
          }
          if (!Arrays.equals(tensor.shape(), shape)) {
            throw new IllegalArgumentException(
                "parameter %s is %s, expected %s"
                    .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
          }
        });
    for (String name : parameters.keySet()) {
      if (!shapes.containsKey(name)) {
        throw new IllegalArgumentException("parameter %s is unexpected".formatted(name));
      }
    }
  }
}
