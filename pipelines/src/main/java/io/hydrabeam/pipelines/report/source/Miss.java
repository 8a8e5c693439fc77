package io.hydrabeam.pipelines.report.source;

import java.util.Optional;

/**
 * A test record whose number was predicted, more or less wrongly.
 *
 * @param key of the record
 * @param number true one
 * @param predicted by the model
 * @param shown the record; empty until it has been read
 */
public record Miss(String key, float number, float predicted, Optional<Shown> shown) {

  /** Distance of the two numbers. */
  public double error() {
    return Math.abs((double) predicted - number);
  }

  Miss with(Shown record) {
    return new Miss(key, number, predicted, Optional.of(record));
  }
}
