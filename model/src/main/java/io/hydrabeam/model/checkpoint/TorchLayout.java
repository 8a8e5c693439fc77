package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.weights.HostTensor;
import java.util.Arrays;

/** How PyTorch orders a tensor that is in row convention here. */
enum TorchLayout {
  /** As here. */
  SAME,
  /** A linear layer's weight {@code [out, in]}, here {@code [in, out]}. */
  LINEAR,
  /** A convolution's {@code [out, in, height, width]}, here {@code [height, width, in, out]}. */
  CONVOLUTION,
  /** Three dimensions here, there without the leading ones. */
  SQUEEZED;

  private static final int UNSQUEEZED_RANK = 3;

  /** The shape in the file of a canonical shape. */
  int[] fileShape(int[] canonical) {
    return switch (this) {
      case SAME -> canonical.clone();
      case LINEAR -> Layouts.transposed(canonical);
      case CONVOLUTION -> Layouts.outInHeightWidth(canonical);
      case SQUEEZED -> squeezed(canonical);
    };
  }

  /** The canonical shape of a shape in the file, which has the right number of dimensions. */
  int[] canonicalShape(int[] file) {
    return switch (this) {
      case SAME -> file.clone();
      case LINEAR -> Layouts.transposed(file);
      case CONVOLUTION -> new int[] {file[2], file[3], file[1], file[0]};
      case SQUEEZED -> {
        int[] shape = {1, 1, 1};
        System.arraycopy(file, 0, shape, UNSQUEEZED_RANK - file.length, file.length);
        yield shape;
      }
    };
  }

  /** A canonical tensor as it is in the file; may share its values. */
  HostTensor toFile(HostTensor canonical) {
    return switch (this) {
      case SAME -> canonical;
      case LINEAR -> Layouts.transpose(canonical);
      case CONVOLUTION -> Layouts.toOutInHeightWidth(canonical);
      case SQUEEZED -> new HostTensor(squeezed(canonical.shape()), canonical.values());
    };
  }

  /** A tensor of the file as it is here; may share its values. */
  HostTensor toCanonical(HostTensor file, int[] shape) {
    return switch (this) {
      case SAME, SQUEEZED -> new HostTensor(shape.clone(), file.values());
      case LINEAR -> Layouts.transpose(file);
      case CONVOLUTION -> Layouts.toHeightWidthInOut(file);
    };
  }

  private static int[] squeezed(int[] shape) {
    int ones = 0;
    while (ones < shape.length - 1 && shape[ones] == 1) {
      ones++;
    }
    return Arrays.copyOfRange(shape, ones, shape.length);
  }
}
