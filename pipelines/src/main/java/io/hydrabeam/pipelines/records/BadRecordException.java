package io.hydrabeam.pipelines.records;

import java.io.IOException;

/** A record or the file that holds it is not what the format asks for. */
public final class BadRecordException extends IOException {
  private static final long serialVersionUID = 1L;

  BadRecordException(String reason) {
    super(reason);
  }

  BadRecordException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
