package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.Alarm;
import java.util.Locale;

/** An alarm in words. */
public final class AlarmText {
  private AlarmText() {}

  /** One line. */
  public static String of(Alarm alarm) {
    String change =
        alarm.getStoredClass() == alarm.getComputedClass()
            ? "the same class"
            : "class %d is now %d".formatted(alarm.getStoredClass(), alarm.getComputedClass());
    return "%s, job %s, image %s: %s, a probability moved by %s; stored by evaluation %s"
        .formatted(
            alarm.getJob().getTask(),
            alarm.getJobId(),
            alarm.getImageKey(),
            change,
            String.format(Locale.ROOT, "%.2g", alarm.getDifference()),
            alarm.getEvaluationId());
  }
}
