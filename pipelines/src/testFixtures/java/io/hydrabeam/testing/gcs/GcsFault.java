package io.hydrabeam.testing.gcs;

/**
 * Something that goes wrong with a request.
 *
 * @param status of {@link Kind#STATUS}
 * @param millis of {@link Kind#SLOW}
 */
public record GcsFault(Kind kind, int status, long millis) {

  /** How it goes wrong. */
  public enum Kind {
    /** Nothing is done; the answer is an error. */
    STATUS,
    /** Done, but half of the answer arrives. */
    CUT_BODY,
    /** Done, and the connection ends before the answer. */
    LOST_ANSWER,
    /** Nothing is done, and the connection ends. */
    BROKEN_CONNECTION,
    /** Done, after a while. */
    SLOW
  }

  public static GcsFault status(int status) {
    return new GcsFault(Kind.STATUS, status, 0);
  }

  public static GcsFault cutBody() {
    return new GcsFault(Kind.CUT_BODY, 0, 0);
  }

  public static GcsFault lostAnswer() {
    return new GcsFault(Kind.LOST_ANSWER, 0, 0);
  }

  public static GcsFault brokenConnection() {
    return new GcsFault(Kind.BROKEN_CONNECTION, 0, 0);
  }

  public static GcsFault slow(long millis) {
    return new GcsFault(Kind.SLOW, 0, millis);
  }
}
