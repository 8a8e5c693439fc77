package io.hydrabeam.pipelines.storage;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder whose files appear together, for programs that watch it: they are written beside it, and
 * the folder is renamed at the end. In a remote one they are uploaded then, the file that readers
 * begin with last.
 */
public final class NewFolder implements Closeable {
  private final String output;
  private final String first;
  private final Path work;

  private NewFolder(String output, String first, Path work) {
    this.output = output;
    this.first = first;
    this.work = work;
  }

  /**
   * Begins a folder.
   *
   * @param option that names it, for errors
   * @param first the file that readers begin with
   * @param bytes that will be written
   * @throws HydraException if there is something already, or it cannot be written
   */
  public static NewFolder begin(String option, String output, String first, long bytes)
      throws IOException {
    if (!LocalFiles.isLocal(output)) {
      if (Storage.find(Storage.resolve(output, first)).isPresent()) {
        throw exists(option, output);
      }
      DiskSpace.require(output, bytes);
      return new NewFolder(output, first, Files.createTempDirectory("hydra-folder-"));
    }
    Path target = LocalFiles.of(output).toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null || Files.exists(target)) {
      throw exists(option, output);
    }
    DiskSpace.require(parent.toString(), bytes);
    // Not a temporary folder of the system's, which nobody else may read.
    Path work = parent.resolve(ArtifactFolder.UNFINISHED + UUID.randomUUID());
    return new NewFolder(output, first, Files.createDirectory(work));
  }

  private static HydraException exists(String option, String output) {
    return HydraException.usage(
        "--%s=%s: is there already, and nothing is overwritten; name a new folder"
            .formatted(option, output));
  }

  /** Where to write the files. */
  public Path path() {
    return work;
  }

  /** Makes the files appear. */
  public void commit() throws IOException {
    if (LocalFiles.isLocal(output)) {
      try {
        Files.move(work, LocalFiles.of(output).toAbsolutePath().normalize());
      } catch (IOException e) {
        throw HydraException.io("write to", output, e);
      }
      return;
    }
    for (Path file : files()) {
      if (!file.equals(work.resolve(first))) {
        upload(file);
      }
    }
    upload(work.resolve(first));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(work)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void upload(Path file) throws IOException {
    String name = work.relativize(file).toString().replace('\\', '/');
    LocalFiles.upload(file, Storage.resolve(output, name));
  }

  /** Deletes what was not committed. */
  @Override
  public void close() {
    if (Files.exists(work)) {
      TemporaryFolder.delete(work);
    }
  }
}
