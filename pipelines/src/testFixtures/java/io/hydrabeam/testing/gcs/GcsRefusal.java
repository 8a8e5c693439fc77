package io.hydrabeam.testing.gcs;

import java.util.Map;

/** A request that is answered with an error. */
final class GcsRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  GcsRefusal(int status, String message) {
    super(message);
    this.status = status;
  }

  GcsReply reply() {
    return status == 304
        ? GcsReply.empty(status, Map.of())
        : GcsReply.error(status, String.valueOf(getMessage()));
  }
}
