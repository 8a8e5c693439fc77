package io.hydrabeam.model.graph;

import io.hydrabeam.model.weights.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where named tensors lie in one flat array: one after another, in the order given.
 *
 * @param shapes name to sizes
 */
public record FlatLayout(Map<String, int[]> shapes) {

  public FlatLayout {
    shapes = new LinkedHashMap<>(shapes);
  }

  /** Number of floats. */
  public int size() {
    return Arrays.stream(sizes()).reduce(0, Math::addExact);
  }

  /** Number of floats of each tensor, in order. */
  public int[] sizes() {
    return shapes.values().stream().mapToInt(FlatLayout::product).toArray();
  }

  /** Name to number of floats, in order. */
  public Map<String, Integer> lengths() {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> lengths.put(name, product(shape)));
    return lengths;
  }

  /**
   * Joins tensors.
   *
   * @throws IllegalArgumentException if one is missing or has other sizes
   */
  public float[] join(Map<String, HostTensor> tensors) {
    float[] flat = new float[size()];
    int offset = 0;
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      HostTensor tensor = tensors.get(entry.getKey());
      if (tensor == null) {
        throw new IllegalArgumentException("no value is given for " + entry.getKey());
      }
      if (!Arrays.equals(tensor.shape(), entry.getValue())) {
        throw new IllegalArgumentException(
            "%s has shape %s, expected %s"
                .formatted(
                    entry.getKey(),
                    Arrays.toString(tensor.shape()),
                    Arrays.toString(entry.getValue())));
      }
      System.arraycopy(tensor.values(), 0, flat, offset, tensor.values().length);
      offset += tensor.values().length;
    }
    return flat;
  }

  /** The tensors in a flat array. */
  public Map<String, HostTensor> split(float[] flat) {
    if (flat.length != size()) {
      throw new IllegalArgumentException(
          "the layout holds %d floats, got %d".formatted(size(), flat.length));
    }
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    int offset = 0;
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      int length = product(entry.getValue());
      tensors.put(
          entry.getKey(),
          new HostTensor(
              entry.getValue().clone(), Arrays.copyOfRange(flat, offset, offset + length)));
      offset += length;
    }
    return tensors;
  }

  private static int product(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
