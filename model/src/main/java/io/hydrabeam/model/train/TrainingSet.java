package io.hydrabeam.model.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.Samples;
import java.io.IOException;

/** What a training goes through, in an order that never changes. */
public sealed interface TrainingSet permits ImageSet, TextSet {

  /** What is to be predicted. */
  Targets targets();

  /** Number of records. */
  default int records() {
    return targets().records();
  }

  /**
   * Some records.
   *
   * @param rows positions, from 0
   * @throws IOException if they cannot be read
   */
  Samples samples(int[] rows) throws IOException;

  /** What tells a record from others that should not share a step with it: a text's length. */
  int bucket(int row);

  /**
   * Fails unless a model can read the records.
   *
   * @throws IllegalArgumentException telling why
   */
  void requireFit(BackboneConfig model);

  /** Bytes that a graph holds of it. */
  long heldBytes();
}
