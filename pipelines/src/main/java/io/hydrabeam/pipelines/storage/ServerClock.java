package io.hydrabeam.pipelines.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * The time of the server that files lie on: one clock for all machines that write there, however
 * theirs are set.
 */
@FunctionalInterface
public interface ServerClock {

  /**
   * Its time now, milliseconds since 1970.
   *
   * @param folder on that server; it must be writable
   */
  long millis(String folder) throws IOException;

  /**
   * Asks by writing an empty file, whose time the server sets. A file system that tells no times
   * leaves this machine's clock.
   */
  static ServerClock byProbe() {
    return folder -> {
      String probe = Storage.resolve(folder, ArtifactFolder.UNFINISHED + UUID.randomUUID());
      try {
        Storage.create(probe).close();
        long modified =
            Storage.find(probe).map(MatchResult.Metadata::lastModifiedMillis).orElse(0L);
        return Optional.of(modified)
            .filter(millis -> millis > 0)
            .orElseGet(System::currentTimeMillis);
      } finally {
        Storage.delete(List.of(probe));
      }
    };
  }
}
