package io.hydrabeam.pipelines.jobs;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/**
 * How often a job is tried, and which failures are worth another try: those of disks, networks and
 * memory. The same numbers give the same result, so a loss that is no number is not tried again.
 *
 * @param maxAttempts tries in all, whether they throw or take the worker down; at least 1
 * @param firstPause before the second try; each further one is four times as long
 */
public record Retry(int maxAttempts, Duration firstPause) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final int GROWTH = 4;
  private static final String OWN = "io.hydrabeam.";

  public Retry {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(
          "maxAttempts (%d) must be positive".formatted(maxAttempts));
    }
  }

  /** With a first pause of a second. */
  public static Retry of(int maxAttempts) {
    return new Retry(maxAttempts, FIRST_PAUSE);
  }

  /** Whether a failure after {@code attempts} tries is worth another. */
  public boolean again(Throwable failure, int attempts) {
    return attempts < maxAttempts && mayPass(failure);
  }

  /** Waits before the next try. */
  public void pause(int attempts) throws InterruptedException {
    Thread.sleep(firstPause.toMillis() * (long) Math.pow(GROWTH, attempts - 1.0));
  }

  private static boolean mayPass(Throwable failure) {
    if (failure instanceof HydraException told && told.getCause() instanceof IOException cause) {
      return mayPass(cause);
    }
    if (failure instanceof IOException) {
      // What this program itself found to be wrong with a file stays wrong.
      return !(failure instanceof FileNotFoundException
          || failure instanceof NoSuchFileException
          || failure instanceof AccessDeniedException
          || failure.getClass().getName().startsWith(OWN));
    }
    // Other jobs may have had the memory; the next try has the process to itself.
    return failure instanceof TFResourceExhaustedException || failure instanceof OutOfMemoryError;
  }
}
