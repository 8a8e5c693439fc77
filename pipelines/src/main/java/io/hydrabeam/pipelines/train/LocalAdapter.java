package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of an adapter on this machine: where they are, or as a copy that {@link #close}
 * deletes.
 */
public final class LocalAdapter implements Closeable {
  /** What an adapter consists of. */
  public static final List<String> FILES =
      List.of(AdapterCheckpoint.CONFIG, AdapterCheckpoint.TENSORS);

  private final Path folder;
  private final boolean copied;

  private LocalAdapter(Path folder, boolean copied) {
    this.folder = folder;
    this.copied = copied;
  }

  /**
   * Makes the files of an adapter's folder available.
   *
   * @throws java.io.FileNotFoundException if one is missing in a remote folder
   */
  public static LocalAdapter of(String folder) throws IOException {
    if (LocalFiles.isLocal(folder)) {
      return new LocalAdapter(LocalFiles.of(folder), false);
    }
    LocalAdapter copy = new LocalAdapter(Files.createTempDirectory("hydra-adapter"), true);
    try {
      for (String name : FILES) {
        LocalFiles.copy(Storage.resolve(folder, name), copy.folder.resolve(name));
      }
      return copy;
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /** The folder, until it is closed. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    if (copied) {
      for (String name : FILES) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.deleteIfExists(folder);
    }
  }
}
