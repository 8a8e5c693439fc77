package io.hydrabeam.pipelines.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's folder for copies of remote files, below the system's temporary folder. It goes
 * with the process; what killed processes left goes after a day.
 */
public final class TemporaryFolder {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);
  private static final String PREFIX = "hydra-copies-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-.*");
  private static final Duration STALE = Duration.ofDays(1);

  private static @Nullable Path folder;

  private TemporaryFolder() {}

  /** A new folder in it, for one file and what belongs to it. */
  public static Path create() throws IOException {
    return Files.createTempDirectory(ofProcess(), "");
  }

  private static synchronized Path ofProcess() throws IOException {
    Path known = folder;
    if (known == null || !Files.isDirectory(known)) {
      Path parent = Path.of(System.getProperty("java.io.tmpdir"));
      sweep(parent);
      Path made = Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(made)));
      folder = made;
      known = made;
    }
    return known;
  }

  /** Deletes the folders of processes that are gone. */
  static void sweep(Path parent) throws IOException {
    List<Path> stale;
    try (Stream<Path> folders = Files.list(parent)) {
      stale = folders.filter(TemporaryFolder::isStale).toList();
    }
    stale.forEach(TemporaryFolder::delete);
  }

  private static boolean isStale(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    try {
      return name.matches()
          && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
          && Files.getLastModifiedTime(path).toInstant().isBefore(Instant.now().minus(STALE));
    } catch (IOException | NumberFormatException e) {
      return false; // gone meanwhile, or none of ours
    }
  }

  /** Deletes a folder and what is in it. */
  public static void delete(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      LOG.debug("cannot delete {}", root, e);
    }
  }
}
