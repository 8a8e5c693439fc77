package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.weights.HostTensor;
import java.util.List;

/** Reorders tensors between row convention (kernels [in, out]) and PyTorch's. */
final class Layouts {

  /** Side of the square that is transposed at a time, so that both sides stay in the cache. */
  private static final int TILE = 32;

  private Layouts() {}

  /** The shape of a transposed matrix. */
  static int[] transposed(int[] shape) {
    return new int[] {shape[1], shape[0]};
  }

  /** {@code [rows, columns] -> [columns, rows]}. */
  static HostTensor transpose(HostTensor matrix) {
    int rows = matrix.shape()[0];
    int columns = matrix.shape()[1];
    float[] in = matrix.values();
    HostTensor result = HostTensor.zeros(columns, rows);
    float[] out = result.values();
    for (int row0 = 0; row0 < rows; row0 += TILE) {
      int rowEnd = Math.min(rows, row0 + TILE);
      for (int column0 = 0; column0 < columns; column0 += TILE) {
        int columnEnd = Math.min(columns, column0 + TILE);
        for (int row = row0; row < rowEnd; row++) {
          for (int column = column0; column < columnEnd; column++) {
            out[column * rows + row] = in[row * columns + column];
          }
        }
      }
    }
    return result;
  }

  /**
   * Matrices of as many columns each side by side, or vectors one after another.
   *
   * @param parts each with {@code rows · columns} values
   * @param shape {@code [rows, parts · columns]} or {@code [parts · columns]}
   */
  static HostTensor joinColumns(List<HostTensor> parts, int[] shape) {
    int rows = shape.length == 1 ? 1 : shape[0];
    int columns = shape[shape.length - 1] / parts.size();
    HostTensor joint = HostTensor.zeros(shape.clone());
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < parts.size(); i++) {
        System.arraycopy(
            parts.get(i).values(),
            row * columns,
            joint.values(),
            (row * parts.size() + i) * columns,
            columns);
      }
    }
    return joint;
  }

  /**
   * One of several matrices of as many columns each that stand side by side, or of vectors one
   * after another: what {@link #joinColumns} was given.
   */
  static HostTensor columns(HostTensor joint, int parts, int part) {
    int[] shape = joint.shape().clone();
    int rows = shape.length == 1 ? 1 : shape[0];
    int columns = shape[shape.length - 1] / parts;
    shape[shape.length - 1] = columns;
    HostTensor result = HostTensor.zeros(shape);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          joint.values(), (row * parts + part) * columns, result.values(), row * columns, columns);
    }
    return result;
  }

  /** The shape {@code [out, in, height, width]} of a kernel {@code [height, width, in, out]}. */
  static int[] outInHeightWidth(int[] shape) {
    return new int[] {shape[3], shape[2], shape[0], shape[1]};
  }

  /** {@code [height, width, in, out] -> [out, in, height, width]}. */
  static HostTensor toOutInHeightWidth(HostTensor kernel) {
    int[] shape = kernel.shape();
    // Seen as matrices: [height · width, in · out] -> [in · out, height · width], in and out
    // swapped.
    HostTensor moved =
        transpose(
            new HostTensor(new int[] {shape[0] * shape[1], shape[2] * shape[3]}, kernel.values()));
    return new HostTensor(
        outInHeightWidth(shape),
        swapOuter(moved.values(), shape[2], shape[3], shape[0] * shape[1]));
  }

  /** {@code [out, in, height, width] -> [height, width, in, out]}. */
  static HostTensor toHeightWidthInOut(HostTensor kernel) {
    int[] shape = kernel.shape();
    int pixels = shape[2] * shape[3];
    float[] swapped = swapOuter(kernel.values(), shape[0], shape[1], pixels);
    HostTensor moved = transpose(new HostTensor(new int[] {shape[1] * shape[0], pixels}, swapped));
    return new HostTensor(new int[] {shape[2], shape[3], shape[1], shape[0]}, moved.values());
  }

  /** {@code [a, b, inner] -> [b, a, inner]}. */
  private static float[] swapOuter(float[] in, int a, int b, int inner) {
    float[] out = new float[in.length];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(in, (i * b + j) * inner, out, (j * a + i) * inner, inner);
      }
    }
    return out;
  }
}
