package io.hydrabeam.pipelines.compare;

import java.util.List;
import java.util.Optional;

/**
 * A record of which one and the same adapter now says another class, or a number that is another
 * one by more than rounding.
 *
 * @param task name
 * @param seed of the adapter's training
 * @param key of the record within its split
 * @param labels true classes, ascending
 * @param baseline most probable class before
 * @param candidate most probable class now
 * @param moved largest difference of a probability, or that of a number
 * @param numbers of a regression, whose classes mean nothing; empty where classes are predicted
 */
public record Flip(
    String task,
    long seed,
    String key,
    List<Integer> labels,
    int baseline,
    int candidate,
    float moved,
    Optional<Numbers> numbers) {

  /** What is true, and what was and is predicted. */
  public record Numbers(float truth, float baseline, float candidate) {}

  public Flip {
    labels = List.copyOf(labels);
  }
}
