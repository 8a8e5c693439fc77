package io.hydrabeam.model;

/**
 * Texts.
 *
 * @param ids {@code [count][tokens]}, start and end tokens included, each as long as it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared: the arrays are large
public record TextSamples(int[][] ids) implements Samples {

  @Override
  public int count() {
    return ids.length;
  }
}
