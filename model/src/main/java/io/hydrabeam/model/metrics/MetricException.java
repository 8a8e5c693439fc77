package io.hydrabeam.model.metrics;

/**
 * A metric that has no value for the images that were scored, such as the area under a ROC curve
 * without negatives. It is a failure of the evaluation, never a score of 0.
 */
public final class MetricException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param message in one line
   */
  public MetricException(String message) {
    super(message);
  }
}
