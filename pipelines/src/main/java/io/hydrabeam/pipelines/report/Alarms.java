package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.protos.Alarm;
import io.hydrabeam.protos.EvaluationResult;
import java.util.List;
import java.util.Locale;

/** Alarms in words: recomputed records that did not come out as they were stored. */
public final class Alarms {
  private Alarms() {}

  /** A line for each alarm of an evaluation. */
  public static List<String> lines(EvaluationResult evaluation) {
    return evaluation.getAlarmList().stream()
        .map(
            alarm ->
                "%s: %s"
                    .formatted(what(RecordKind.of(evaluation.getTaskList()), alarm), reason(alarm)))
        .toList();
  }

  /** Job and record. */
  public static String what(RecordKind kind, Alarm alarm) {
    return "%s %s seed %d (%s), %s %s"
        .formatted(
            alarm.getJob().getTask(),
            Setting.lower(alarm.getJob().getMethod()),
            alarm.getJob().getSeed(),
            alarm.getJobId(),
            kind.one(),
            alarm.getImageKey());
  }

  /** What differs. */
  public static String reason(Alarm alarm) {
    String moved = String.format(Locale.ROOT, "a probability moved by %.2g", alarm.getDifference());
    return alarm.getStoredClass() == alarm.getComputedClass()
        ? "%s since %s".formatted(moved, alarm.getEvaluationId())
        : "class %d, was class %d in %s; %s"
            .formatted(
                alarm.getComputedClass(), alarm.getStoredClass(), alarm.getEvaluationId(), moved);
  }
}
