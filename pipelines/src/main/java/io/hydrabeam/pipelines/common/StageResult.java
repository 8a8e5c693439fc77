package io.hydrabeam.pipelines.common;

import io.hydrabeam.protos.Failure;
import java.util.List;

/**
 * What a stage did.
 *
 * @param stage its command, as in "train"
 * @param done tasks, jobs or scores that were made now
 * @param skipped those that were found finished
 * @param failures what failed for good, jobs and records alike
 * @param failed of {@code done + skipped + failed} tasks or jobs, those that came to nothing
 * @param alarms lines about results that stand but should not be relied on unseen
 * @param summary lines for the user, without line breaks
 * @param folder that holds what was made; empty where there is no single one
 */
public record StageResult(
    String stage,
    long done,
    long skipped,
    long failed,
    List<Failure> failures,
    List<String> alarms,
    List<String> summary,
    String folder) {

  public StageResult {
    failures = List.copyOf(failures);
    alarms = List.copyOf(alarms);
    summary = List.copyOf(summary);
  }

  /** Of a stage without alarms, whose output is in several folders. */
  public StageResult(
      String stage,
      long done,
      long skipped,
      long failed,
      List<Failure> failures,
      List<String> summary) {
    this(stage, done, skipped, failed, failures, List.of(), summary, "");
  }

  /** 0 without failures and alarms; 1 if nothing came out; 3 in between. */
  public int exitCode() {
    if (failures.isEmpty() && alarms.isEmpty() && failed == 0) {
      return 0;
    }
    return failed > 0 && done + skipped == 0 ? HydraException.FAILED : HydraException.PARTIAL;
  }
}
