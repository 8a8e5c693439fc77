package io.hydrabeam.pipelines.storage;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks, before long work starts, whether its output can be written. */
public final class DiskSpace {
  private static final String PROBE = ArtifactFolder.UNFINISHED + "probe-";

  private DiskSpace() {}

  /**
   * Makes a local folder, writes and removes a probe in it, and compares the free space. In a
   * remote folder there is only the probe.
   *
   * @param bytes that the work is expected to write
   * @throws HydraException if the folder cannot be written or is too small
   */
  public static void require(String folder, long bytes) {
    if (!LocalFiles.isLocal(folder)) {
      probe(folder);
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

  /** Takes away the probes of killed processes too; another launch does not miss its own. */
  private static void probe(String folder) {
    String file = Storage.resolve(folder, PROBE + UUID.randomUUID());
    try {
      try (OutputStream out = Storage.create(file)) {
        out.write(1);
      }
      Storage.delete(
          Storage.list(folder, PROBE + "*").stream()
              .map(probe -> probe.resourceId().toString())
              .toList());
    } catch (IOException e) {
      throw HydraException.io("write to", folder, e);
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
