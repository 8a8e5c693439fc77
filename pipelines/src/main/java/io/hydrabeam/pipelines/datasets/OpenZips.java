package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The zips that this process has open, each once whatever the number of its readers. They are
 * closed when the last of those who asked for a time with open files has ended it.
 */
final class OpenZips {
  private static final Map<String, ZipArchive> OPEN = new HashMap<>();
  private static int users;

  private OpenZips() {}

  /** Begins a time with open files. */
  static synchronized void enter() {
    users++;
  }

  /** Ends it. */
  static synchronized void leave() {
    users--;
    if (users > 0) {
      return;
    }
    for (Map.Entry<String, ZipArchive> zip : OPEN.entrySet()) {
      try {
        zip.getValue().close();
      } catch (IOException e) {
        throw HydraException.io("close", zip.getKey(), e);
      }
    }
    OPEN.clear();
  }

  /**
   * The zip at a path.
   *
   * @throws java.io.FileNotFoundException where there is none
   */
  static synchronized ZipArchive get(String path) throws IOException {
    ZipArchive zip = OPEN.get(path);
    if (zip == null) {
      zip = ZipArchive.open(path);
      OPEN.put(path, zip);
    }
    return zip;
  }
}
