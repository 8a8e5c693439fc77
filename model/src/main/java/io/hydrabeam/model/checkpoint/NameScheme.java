package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.weights.HostTensor;
import java.util.List;

/** How one family of files names and orders what is canonical here. */
interface NameScheme {

  /**
   * A tensor in the file.
   *
   * @param name in the file
   * @param shape in the file
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Source(String name, int[] shape) {}

  /**
   * The tensors that a canonical one is made of.
   *
   * @param canonical its name
   * @param shape its shape
   */
  List<Source> sources(String canonical, int[] shape);

  /**
   * Makes a canonical tensor.
   *
   * @param shape its shape
   * @param sources as {@link #sources} lists them; may be reused
   */
  HostTensor assemble(String canonical, int[] shape, List<HostTensor> sources);

  /** Whether a tensor of this name may be left out, such as a pre-training head. */
  boolean ignorable(String name);
}
