package io.hydrabeam.pipelines.common;

import io.hydrabeam.pipelines.gcs.GcsErrors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A failure that was foreseen: one line for the user, and the exit code. Everything else that is
 * thrown is a defect and shows its stack trace.
 *
 * <p>Thrown inside a DoFn it arrives at the launcher wrapped by the runner; {@link #in} finds it
 * again.
 */
public final class HydraException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The work was started and failed. */
  public static final int FAILED = 1;

  /** Wrong usage, configuration or input layout; nothing was started. */
  public static final int USAGE = 2;

  /** Finished, but some jobs or records failed, or scores do not stand, and are listed. */
  public static final int PARTIAL = 3;

  /** Done as asked; what was compared has become worse. */
  public static final int REGRESSION = 4;

  private static final String MISSING = "no such file or folder";

  private final int exitCode;

  /**
   * @param exitCode one of the constants of this class
   * @param line what is wrong, where, and what to do; line breaks become blanks
   */
  public HydraException(int exitCode, String line) {
    this(exitCode, line, null);
  }

  public HydraException(int exitCode, String line, @Nullable Throwable cause) {
    super(oneLine(line), cause);
    this.exitCode = exitCode;
  }

  /** Wrong usage, configuration or input layout, found before anything was started. */
  public static HydraException usage(String line) {
    return new HydraException(USAGE, line);
  }

  /** A failure of work that had begun. */
  public static HydraException failed(String line) {
    return new HydraException(FAILED, line);
  }

  /**
   * A disk or network that refuses.
   *
   * @param action as in "write", follows "cannot"
   */
  public static HydraException io(String action, String file, IOException cause) {
    return new HydraException(
        FAILED, "cannot %s %s: %s".formatted(action, file, reason(cause)), cause);
  }

  /** The process's exit code that belongs to this failure. */
  public int exitCode() {
    return exitCode;
  }

  /** The line for the user. */
  public String line() {
    return String.valueOf(getMessage());
  }

  /**
   * The foreseen failure among the causes of {@code thrown}, if there is one. A cluster may replace
   * the class by its text; then the text is taken back out of it, with exit code {@link #FAILED}.
   */
  public static Optional<HydraException> in(Throwable thrown) {
    String mark = HydraException.class.getName() + ": ";
    Set<Throwable> seen = new HashSet<>();
    Optional<HydraException> fromText = Optional.empty();
    for (Throwable at = thrown; at != null && seen.add(at); at = at.getCause()) {
      if (at instanceof HydraException found) {
        return Optional.of(found);
      }
      String text = String.valueOf(at.getMessage());
      int start = text.lastIndexOf(mark);
      if (start >= 0) {
        String line = text.substring(start + mark.length()).lines().findFirst().orElse("");
        fromText = Optional.of(new HydraException(FAILED, line, thrown));
      }
    }
    return fromText;
  }

  /** Why an I/O operation failed, in a few words and without the file's name. */
  public static String reason(IOException thrown) {
    if (thrown instanceof NoSuchFileException) {
      return MISSING;
    }
    if (thrown instanceof FileNotFoundException missing) {
      String message = String.valueOf(thrown.getMessage());
      if (message.contains("gs://")) {
        return "no such object";
      }
      String reason = afterName(missing, MISSING);
      return reason.equals("No such file or directory") ? MISSING : reason;
    }
    if (thrown instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (thrown instanceof FileAlreadyExistsException || thrown instanceof NotDirectoryException) {
      return "a file stands where a folder is needed";
    }
    if (thrown instanceof FileSystemException refused && refused.getReason() != null) {
      return oneLine(refused.getReason());
    }
    return GcsErrors.reason(thrown)
        .orElseGet(() -> whole(thrown, thrown.getClass().getSimpleName()));
  }

  /** These messages of java.io read "NAME (reason)"; the name is told elsewhere. */
  private static String afterName(FileNotFoundException thrown, String without) {
    String message = whole(thrown, without);
    int open = message.lastIndexOf(" (");
    return open > 0 && message.endsWith(")")
        ? message.substring(open + 2, message.length() - 1)
        : message;
  }

  private static String whole(IOException thrown, String without) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? without : oneLine(message);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
