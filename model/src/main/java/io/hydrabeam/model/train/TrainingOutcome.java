package io.hydrabeam.model.train;

import java.io.IOException;
import java.util.Optional;

/**
 * How a training that was stacked with others ended: one of both.
 *
 * @param result if it was finished
 * @param failure if it failed, which left the others alone
 */
public record TrainingOutcome(Optional<TrainingResult> result, Optional<Exception> failure) {

  static TrainingOutcome of(TrainingResult result) {
    return new TrainingOutcome(Optional.of(result), Optional.empty());
  }

  static TrainingOutcome of(Exception failure) {
    return new TrainingOutcome(Optional.empty(), Optional.of(failure));
  }

  /**
   * The result.
   *
   * @throws TrainingFailedException if the training diverged before an epoch was scored
   * @throws IOException if its evaluation or its state could not be read or written
   */
  public TrainingResult get() throws IOException, TrainingFailedException {
    if (failure.isPresent()) {
      Exception thrown = failure.get();
      if (thrown instanceof TrainingFailedException diverged) {
        throw diverged;
      }
      if (thrown instanceof IOException unreadable) {
        throw unreadable;
      }
      if (thrown instanceof RuntimeException other) {
        throw other;
      }
      throw new IllegalStateException(thrown);
    }
    return result.orElseThrow();
  }
}
