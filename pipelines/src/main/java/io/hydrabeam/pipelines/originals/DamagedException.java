package io.hydrabeam.pipelines.originals;

import java.io.IOException;

/** A file's contents are not what its format asks for; whoever opened it adds its name. */
final class DamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedException(String reason) {
    super(reason);
  }
}
