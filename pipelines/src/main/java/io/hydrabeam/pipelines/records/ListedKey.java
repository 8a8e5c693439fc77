package io.hydrabeam.pipelines.records;

import java.util.OptionalInt;

/**
 * The key of an image that an index lists: its place in the index, then its path, as {@code
 * 00000017:test.zip@images/17.jpg}. So keys sort as the index does, and a leaderboard that numbers
 * the images of a test split can be given predictions in its order.
 */
public final class ListedKey {
  private static final int DIGITS = 8;
  private static final char SEPARATOR = ':';

  private ListedKey() {}

  /**
   * A key.
   *
   * @param place from 0, below 100 million
   * @param path as listed
   */
  public static String of(int place, String path) {
    if (place < 0 || place >= 100_000_000) {
      throw new IllegalArgumentException("place %d in an index".formatted(place));
    }
    return "%08d%c%s".formatted(place, SEPARATOR, path);
  }

  /** The path that a key made by {@link #of} tells. */
  public static String path(String key) {
    return key.substring(DIGITS + 1);
  }

  /** The place that a key tells; empty if it is no such key. */
  public static OptionalInt place(String key) {
    if (key.length() <= DIGITS || key.charAt(DIGITS) != SEPARATOR) {
      return OptionalInt.empty();
    }
    int place = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = key.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalInt.empty();
      }
      place = 10 * place + digit;
    }
    return OptionalInt.of(place);
  }
}
