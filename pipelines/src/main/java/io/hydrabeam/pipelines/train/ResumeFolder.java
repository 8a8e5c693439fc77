package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.ResumeStore;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A job's {@code resume/}: the state of its training so far; gone when the job is done. */
final class ResumeFolder implements ResumeStore {
  private static final String STATE = "state.safetensors";
  private static final String UNFINISHED = ".part-";

  private final String folder;

  ResumeFolder(String jobFolder) {
    this.folder = jobFolder + "/resume";
  }

  @Override
  public Optional<Path> fetch() throws IOException {
    String state = Storage.resolve(folder, STATE);
    return Storage.find(state).isEmpty() ? Optional.empty() : Optional.of(LocalFiles.of(state));
  }

  @Override
  public void store(Path file) throws IOException {
    String temporary = Storage.resolve(folder, UNFINISHED + UUID.randomUUID());
    try (OutputStream out = Storage.create(temporary)) {
      Files.copy(file, out);
    }
    Storage.rename(temporary, Storage.resolve(folder, STATE));
  }

  /** Removes the state and what attempts that died have left. */
  void clear() throws IOException {
    List<String> files = new ArrayList<>(List.of(Storage.resolve(folder, STATE)));
    Storage.list(folder, UNFINISHED + "*").forEach(left -> files.add(left.resourceId().toString()));
    Storage.delete(files);
    if (LocalFiles.isLocal(folder)) {
      try {
        Files.deleteIfExists(LocalFiles.of(folder));
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        // Another attempt at the same job is still writing; its own end clears it.
      }
    }
  }
}
