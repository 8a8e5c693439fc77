package io.hydrabeam.pipelines.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A file on this machine: the user's own, or a copy that {@link #close} deletes. */
public final class LocalFile implements Closeable {
  private final Path path;
  private final boolean copied;

  LocalFile(Path path, boolean copied) {
    this.path = path;
    this.copied = copied;
  }

  /** Where it is, until it is closed. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    Path folder = path.getParent();
    if (copied && folder != null) {
      TemporaryFolder.delete(folder); // made for this copy and what was fetched beside it
    }
  }
}
