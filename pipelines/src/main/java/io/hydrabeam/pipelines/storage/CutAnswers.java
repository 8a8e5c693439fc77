package io.hydrabeam.pipelines.storage;

import io.hydrabeam.pipelines.gcs.GcsErrors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/**
 * Questions to a file system that may be asked again. The clients of Cloud Storage repeat what the
 * service refuses and what does not connect, but not all of them an answer that ends half way.
 */
final class CutAnswers {
  private static final int ATTEMPTS = 4;
  private static final long PAUSE_MILLIS = 250;

  private CutAnswers() {}

  /** A question that changes nothing. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws IOException;
  }

  static <T> T askAgain(Question<T> question) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return question.ask();
      } catch (IOException e) {
        if (attempt == ATTEMPTS || !isCut(e)) {
          throw e;
        }
        pause(attempt);
      }
    }
  }

  /** A local disk's refusal and a service's are answers. */
  private static boolean isCut(IOException e) {
    return !(e instanceof FileNotFoundException)
        && !(e instanceof FileSystemException)
        && GcsErrors.isSilent(e);
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS << attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
