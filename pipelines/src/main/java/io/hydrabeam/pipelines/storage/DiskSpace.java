package io.hydrabeam.pipelines.storage;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks, before long work starts, whether its output can be written. */
public final class DiskSpace {
  private DiskSpace() {}

  /**
   * Makes a local folder, writes and removes a probe in it, and compares the free space. Folders of
   * other file systems are not looked at.
   *
   * @param bytes that the work is expected to write
   * @throws HydraException if the folder cannot be written or is too small
   */
  public static void require(String folder, long bytes) {
    if (folder.matches("[a-zA-Z][a-zA-Z0-9+.-]+://.*")) {
      return;
    }
    Path path = Path.of(folder).toAbsolutePath();
    try {
      Files.createDirectories(path);
      Path probe = Files.createTempFile(path, ArtifactFolder.UNFINISHED, "");
      try {
        Files.write(probe, new byte[] {1});
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw HydraException.io("write to", folder, e);
    }
    Long free = usable(path);
    if (free != null && free < bytes) {
      throw HydraException.failed(
          "%s has %s free, and about %s will be written: free some space or choose another folder"
              .formatted(folder, human(free), human(bytes)));
    }
  }

  /** Bytes with a unit, as "1.5 GB". */
  public static String human(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || value >= 99.5 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  }

  private static @Nullable Long usable(Path path) {
    try {
      FileStore store = Files.getFileStore(path);
      return store.getUsableSpace();
    } catch (IOException e) {
      return null; // some network disks do not tell; then the write itself has to
    }
  }
}
