package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.gcs.GcsErrors;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What went wrong, as one line and an exit code. Foreseen failures (bad input, full disk, …) need
 * no stack trace; that of any other goes to a file, and the line says which.
 *
 * @param exitCode of the process
 * @param line without line breaks
 * @param foreseen whether the line alone tells what to do
 */
record ErrorReport(int exitCode, String line, boolean foreseen) {

  private static final String OWN_PACKAGE = "io.hydrabeam.";

  /** Finds the failure that the user can act on among {@code failure} and its causes. */
  static ErrorReport of(Throwable failure) {
    Optional<HydraException> hydra = HydraException.in(failure);
    if (hydra.isPresent()) {
      return new ErrorReport(hydra.get().exitCode(), oneLine(hydra.get().line()), true);
    }
    List<Throwable> causes = causes(failure);
    for (Throwable cause : causes) {
      Optional<ErrorReport> report = foreseen(cause);
      if (report.isPresent()) {
        return report.get();
      }
    }
    Throwable root = causes.get(causes.size() - 1);
    return new ErrorReport(
        HydraException.FAILED,
        oneLine("unexpected %s: %s".formatted(root.getClass().getSimpleName(), text(root))),
        false);
  }

  /** Prints the line, and the trace where it belongs. */
  void print(Throwable failure, boolean verbose, PrintStream err) {
    if (verbose) {
      failure.printStackTrace(err);
    }
    String where = foreseen || verbose ? "" : " (" + saveTrace(failure) + ")";
    err.println("hydra: " + line + where);
    err.flush();
  }

  private static Optional<ErrorReport> foreseen(Throwable cause) {
    if (cause instanceof FileSystemException file && file.getFile() != null) {
      return Optional.of(failed(file.getFile() + ": " + HydraException.reason(file)));
    }
    if (cause instanceof IOException && isOwn(cause)) {
      return Optional.of(failed(text(cause)));
    }
    if (cause instanceof IllegalArgumentException && isFromConfig(cause)) {
      return Optional.of(new ErrorReport(HydraException.USAGE, oneLine(text(cause)), true));
    }
    if (text(cause).contains("submitted in detached mode")) {
      // Beam then waits for a result that Flink does not give.
      return Optional.of(
          new ErrorReport(
              HydraException.USAGE,
              "Flink was told not to wait for its jobs: in application mode set execution.attached:"
                  + " true in its configuration, with flink run leave -d out",
              true));
    }
    Optional<String> cloud = GcsErrors.reason(cause);
    if (cause instanceof IOException && cloud.isPresent()) {
      return Optional.of(failed(cloud.get()));
    }
    if (cause instanceof OutOfMemoryError) {
      return Optional.of(
          failed("out of memory (%s): give Java more with -Xmx".formatted(text(cause))));
    }
    return Optional.empty();
  }

  private static ErrorReport failed(String line) {
    return new ErrorReport(HydraException.FAILED, oneLine(line), true);
  }

  /** This project's file formats write their errors for the user: what, where, what to do. */
  private static boolean isOwn(Throwable cause) {
    return cause.getClass().getName().startsWith(OWN_PACKAGE)
        || thrower(cause).startsWith(OWN_PACKAGE);
  }

  /** The records of the configuration check what the user gave: name, value, rule. */
  private static boolean isFromConfig(Throwable cause) {
    return thrower(cause).startsWith(OWN_PACKAGE) && thrower(cause).endsWith("Config");
  }

  private static String thrower(Throwable cause) {
    StackTraceElement[] trace = cause.getStackTrace();
    return trace.length == 0 ? "" : trace[0].getClassName();
  }

  private static String saveTrace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    try {
      Path file = Files.createTempFile("hydra-error-", ".txt");
      Files.writeString(file, trace.toString());
      return "the stack trace is in " + file;
    } catch (IOException e) {
      return "--verbose prints the stack trace";
    }
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ").replaceAll("\\p{Cntrl}", "?");
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
      causes.add(t);
    }
    return causes;
  }
}
