package io.hydrabeam.pipelines;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reference vectors: from the class path, or from the folder that the system property {@code
 * vectors} names.
 */
public final class Vectors {
  private Vectors() {}

  /** Contents of a file, by its path within the set. */
  public static byte[] read(String path) throws IOException {
    String folder = System.getProperty("vectors", "");
    if (!folder.isEmpty()) {
      return Files.readAllBytes(Path.of(folder, path));
    }
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + path)) {
      if (in == null) {
        throw new FileNotFoundException(path);
      }
      return in.readAllBytes();
    }
  }

  /** Unpacked contents of a gzip file. */
  public static byte[] gunzip(String path) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(read(path)))) {
      return in.readAllBytes();
    }
  }
}
