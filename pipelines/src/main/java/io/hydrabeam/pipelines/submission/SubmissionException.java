package io.hydrabeam.pipelines.submission;

/** Predictions that a leaderboard would refuse, or misread. */
final class SubmissionException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message which rule, where, and the value; in one line
   */
  SubmissionException(String message) {
    super(message);
  }
}
