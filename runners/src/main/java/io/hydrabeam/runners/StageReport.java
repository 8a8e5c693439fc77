package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.protos.Failure;
import java.io.PrintStream;

/** Tells what a stage did. */
final class StageReport {

  /** More failures than this are only counted; the stage's own files list all. */
  private static final int FAILURES_SHOWN = 20;

  private StageReport() {}

  /**
   * Prints the summary and what failed.
   *
   * @return the exit code that belongs to the result
   */
  static int print(StageResult result, PrintStream err) {
    result.summary().forEach(line -> err.println("  " + line));
    return printCounts(result, err);
  }

  /** As {@link #print}, with the summary as the command's result. */
  static int printTable(StageResult result, Terminal terminal) {
    result.summary().forEach(terminal.out()::println);
    terminal.out().flush();
    return printCounts(result, terminal.err());
  }

  private static int printCounts(StageResult result, PrintStream err) {
    result.failures().stream().limit(FAILURES_SHOWN).forEach(failure -> print(failure, err));
    result.alarms().forEach(alarm -> err.println("  alarm: " + alarm));
    int more = result.failures().size() - FAILURES_SHOWN;
    if (more > 0) {
      err.println("  failed: %,d more".formatted(more));
    }
    String skipped = result.skipped() == 0 ? "" : ", %,d were finished".formatted(result.skipped());
    String failed = result.failed() == 0 ? "" : ", %,d failed".formatted(result.failed());
    err.println("%s: %,d done%s%s".formatted(result.stage(), result.done(), skipped, failed));
    err.flush();
    return result.exitCode();
  }

  private static void print(Failure failure, PrintStream err) {
    err.println("  failed: %s: %s".formatted(failure.getWhat(), failure.getReason()));
  }
}
