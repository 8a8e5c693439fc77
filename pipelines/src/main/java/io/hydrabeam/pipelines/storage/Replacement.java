package io.hydrabeam.pipelines.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;

/**
 * A file that is being written in place of another: readers see what was there before until {@link
 * #commit}, and the whole new contents from then on. Closed without it, nothing has happened. What
 * a killed process leaves has a temporary name in the same folder.
 */
public final class Replacement implements AutoCloseable {
  private final String file;
  private final String temporary;
  private final OutputStream out;
  private boolean committed;

  private Replacement(String file, String temporary, OutputStream out) {
    this.file = file;
    this.temporary = temporary;
    this.out = out;
  }

  /** Begins; folders are made. */
  public static Replacement of(String file) throws IOException {
    int name = file.lastIndexOf('/') + 1;
    String temporary = file.substring(0, name) + ArtifactFolder.UNFINISHED + UUID.randomUUID();
    return new Replacement(file, temporary, Storage.create(temporary));
  }

  /** Receives the contents. Not buffered beyond the file system's own buffer. */
  public OutputStream out() {
    return out;
  }

  /** Ends the contents and puts them in place. */
  public void commit() throws IOException {
    out.close();
    Storage.rename(temporary, file);
    committed = true;
  }

  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    try {
      out.close();
    } finally {
      Storage.delete(List.of(temporary));
    }
  }
}
