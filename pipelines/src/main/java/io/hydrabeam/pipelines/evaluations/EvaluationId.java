package io.hydrabeam.pipelines.evaluations;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names an evaluation, as {@code 20260531T235959Z-1a2b3c4d}: when it was begun, or the start of the
 * period that it is due in, and the beginning of a hash. In the order of their names evaluations
 * are in the order of their times.
 *
 * @param time in whole seconds
 * @param hash its first eight hex digits
 */
public record EvaluationId(Instant time, String hash) {
  private static final int DIGITS = 8;
  private static final Pattern NAME =
      Pattern.compile("(\\d{8}T\\d{6}Z)-([0-9a-f]{" + DIGITS + "})");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);

  /**
   * Cuts what is too long.
   *
   * @param time of any precision
   * @param hash hex, at least eight digits
   */
  public EvaluationId {
    time = time.truncatedTo(ChronoUnit.SECONDS);
    hash = hash.substring(0, DIGITS);
  }

  /** The id that a folder's name is; empty if it is none. */
  public static Optional<EvaluationId> parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new EvaluationId(TIME.parse(parts.group(1), Instant::from), parts.group(2)));
    } catch (DateTimeException e) {
      return Optional.empty(); // as the 31st of February
    }
  }

  @Override
  public String toString() {
    return TIME.format(time) + "-" + hash;
  }
}
