package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One evaluation in each period. Its id is made of the period and of what the command asks for, so
 * that every start within a period means the same folder, and the first to commit there wins.
 *
 * @param every length of a period; periods are counted from 1970, UTC
 * @param hash of the question, which does not change when data or checkpoints do
 */
record Schedule(Duration every, String hash) {
  private static final Pattern LENGTH = Pattern.compile("([1-9]\\d{0,5})([mhd])");

  /**
   * What {@code --every} asks for; empty without it.
   *
   * @throws HydraException usage, if it is no length of time
   */
  static Optional<Schedule> of(EvaluateOptions options) {
    String every = options.getEvery();
    if (every == null) {
      return Optional.empty();
    }
    Matcher length = LENGTH.matcher(every);
    if (!length.matches()) {
      throw HydraException.usage(
          "--every=%s must be a number of minutes, hours or days, as in 30m, 24h or 7d"
              .formatted(every));
    }
    long number = Long.parseLong(length.group(1));
    Duration duration =
        switch (length.group(2)) {
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    List<String> parts = new ArrayList<>();
    parts.add(duration.toString());
    for (Map.Entry<String, String> option : Provenance.options(options).entrySet()) {
      parts.add(option.getKey() + "=" + option.getValue());
    }
    return Optional.of(new Schedule(duration, Hashing.sha256Hex(parts)));
  }

  /** The evaluation of the period that a moment lies in. */
  EvaluationId due(Instant now) {
    long seconds = every.toSeconds();
    return new EvaluationId(
        Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), seconds) * seconds), hash);
  }
}
