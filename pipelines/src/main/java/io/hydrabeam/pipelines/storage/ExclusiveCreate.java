package io.hydrabeam.pipelines.storage;

import java.io.IOException;

/**
 * Creates files that no one else has created, in one kind of file system: the one thing that a
 * commit needs and Beam's file systems do not offer. Found with {@link java.util.ServiceLoader}.
 */
public interface ExclusiveCreate {

  /** Of the paths that it serves, as {@code gs} or {@code file}. */
  String scheme();

  /**
   * Creates a file with all of its contents at once: readers see the whole file or none. Of several
   * callers, in whatever processes, at most one succeeds. An attempt of which the answer was lost
   * may have succeeded; calling again then gives false, so callers read back whose file it is.
   *
   * @param file path with the scheme
   * @return false if the file exists; it is left as it is
   */
  boolean create(String file, byte[] contents) throws IOException;
}
