package io.hydrabeam.pipelines.compare;

import java.util.List;

/**
 * An image of which one and the same adapter now says another class.
 *
 * @param task name
 * @param seed of the adapter's training
 * @param key of the image within its split
 * @param labels true classes, ascending
 * @param baseline most probable class before
 * @param candidate most probable class now
 * @param moved largest difference of a probability
 */
public record Flip(
    String task,
    long seed,
    String key,
    List<Integer> labels,
    int baseline,
    int candidate,
    float moved) {
  public Flip {
    labels = List.copyOf(labels);
  }
}
