package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.protos.Alarm;
import io.hydrabeam.protos.EvaluationResult;
import java.util.Locale;

/** An alarm in words. */
public final class AlarmText {
  private AlarmText() {}

  /** One line. */
  public static String of(EvaluationResult evaluation, Alarm alarm) {
    String change =
        alarm.getStoredClass() == alarm.getComputedClass()
            ? "the same class"
            : "class %d is now %d".formatted(alarm.getStoredClass(), alarm.getComputedClass());
    return "%s, job %s, %s %s: %s, a probability moved by %s; stored by evaluation %s"
        .formatted(
            alarm.getJob().getTask(),
            alarm.getJobId(),
            RecordKind.of(evaluation.getTaskList()).one(),
            alarm.getImageKey(),
            change,
            String.format(Locale.ROOT, "%.2g", alarm.getDifference()),
            alarm.getEvaluationId());
  }
}
