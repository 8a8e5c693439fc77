package io.hydrabeam.model.train;

/** A training that cannot go on: the loss is no number, or a frozen weight moved. */
public final class TrainingFailedException extends Exception {

  private static final long serialVersionUID = 1;

  public TrainingFailedException(String message) {
    super(message);
  }
}
