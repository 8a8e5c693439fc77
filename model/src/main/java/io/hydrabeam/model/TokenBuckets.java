package io.hydrabeam.model;

/**
 * Lengths that sequences are padded to: short ones do not pay for long ones, and there are few
 * enough for a graph to have operations for each. Multiples of {@value #FINE} up to {@value
 * #FINE_LIMIT} tokens, of {@value #COARSE} above.
 */
public final class TokenBuckets {

  private static final int FINE = 16;

  private static final int FINE_LIMIT = 128;

  private static final int COARSE = 64;

  private TokenBuckets() {}

  /**
   * The length that a sequence is padded to.
   *
   * @param tokens its own
   * @param context the longest that a model takes, at least {@code tokens}
   */
  public static int length(int tokens, int context) {
    int step = tokens <= FINE_LIMIT ? FINE : COARSE;
    return Math.min(context, (tokens + step - 1) / step * step);
  }
}
