package io.hydrabeam.runners.doctor;

import java.util.Locale;

/**
 * What one look at the machine has found.
 *
 * @param state whether work can go on
 * @param subject that was looked at, a word or two
 * @param text what is there and, unless all is well, what to do
 */
public record Finding(State state, String subject, String text) {

  /** Whether work can go on. */
  public enum State {
    /** Nothing to do. */
    OK,
    /** It works, not as well as it could; or it was not looked at. */
    NOTE,
    /** Work will fail. */
    BAD
  }

  static Finding ok(String subject, String text) {
    return new Finding(State.OK, subject, text);
  }

  static Finding note(String subject, String text) {
    return new Finding(State.NOTE, subject, text);
  }

  static Finding bad(String subject, String text) {
    return new Finding(State.BAD, subject, text);
  }

  /** One line. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%-5s %-14s %s", state, subject, text)
        .replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
