package io.hydrabeam.pipelines.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;

/** Files of any file system as local ones, for readers that need to seek. */
public final class LocalFiles {
  private LocalFiles() {}

  /** Whether a path is on this machine's own file system. */
  public static boolean isLocal(String path) {
    return FileSystems.matchNewResource(path, false).getScheme().equals("file");
  }

  /**
   * The file itself where it is local, otherwise a temporary copy that lives as long as the
   * process.
   */
  public static Path of(String file) throws IOException {
    ResourceId resource = FileSystems.matchNewResource(file, false);
    if (resource.getScheme().equals("file")) {
      return Path.of(resource.toString());
    }
    String name = String.valueOf(resource.getFilename());
    Path copy = Files.createTempDirectory("hydra").resolve(name);
    try (InputStream in = Storage.open(file)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    copy.toFile().deleteOnExit();
    return copy;
  }
}
