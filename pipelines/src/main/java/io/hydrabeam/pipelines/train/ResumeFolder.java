package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.ResumeStore;
import io.hydrabeam.pipelines.storage.LocalFile;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job's {@code resume/}: states of its training so far; gone when the job is done.
 *
 * <p>Every state is a file of its own, named for its epochs and the attempt that wrote it, and no
 * file is ever replaced: an attempt that was thought dead and still writes can neither spoil nor
 * hide the state of the one that took over, which is further.
 */
final class ResumeFolder implements ResumeStore {
  private static final Pattern STATE = Pattern.compile("state-([0-9]{8})-[-0-9a-f]+\\.safetensors");

  private final String folder;
  private final String attempt = UUID.randomUUID().toString();

  /** What was fetched: of a remote folder a copy, which is removed once the state is read. */
  private Optional<LocalFile> fetched = Optional.empty();

  ResumeFolder(String jobFolder) {
    this.folder = jobFolder + "/resume";
  }

  /** A stored state. */
  private record Stored(String path, int epochs) {}

  /** Epochs that the furthest state has done; 0 without any. */
  int epochs() throws IOException {
    return furthest().map(Stored::epochs).orElse(0);
  }

  @Override
  public Optional<Path> fetch() throws IOException {
    forgetFetched();
    Optional<Stored> furthest = furthest();
    if (furthest.isPresent()) {
      fetched = Optional.of(LocalFiles.open(furthest.get().path()));
    }
    return fetched.map(LocalFile::path);
  }

  @Override
  public void store(Path file, int epochs) throws IOException {
    forgetFetched();
    List<String> behind = new ArrayList<>();
    for (Stored state : states()) {
      if (state.epochs() < epochs) {
        behind.add(state.path());
      }
    }
    String name = "state-%08d-%s.safetensors".formatted(epochs, attempt);
    Storage.replace(Storage.resolve(folder, name), out -> Files.copy(file, out));
    Storage.delete(behind);
  }

  private void forgetFetched() throws IOException {
    if (fetched.isPresent()) {
      fetched.get().close();
      fetched = Optional.empty();
    }
  }

  /** Removes all states and what attempts that died have left. */
  void clear() throws IOException {
    forgetFetched();
    Storage.delete(
        Storage.list(folder, "*").stream().map(file -> file.resourceId().toString()).toList());
    Storage.deleteEmptyFolder(folder);
  }

  private Optional<Stored> furthest() throws IOException {
    return states().stream().max(Comparator.comparingInt(Stored::epochs));
  }

  private List<Stored> states() throws IOException {
    List<Stored> states = new ArrayList<>();
    for (var file : Storage.list(folder, "state-*")) {
      Matcher name = STATE.matcher(String.valueOf(file.resourceId().getFilename()));
      if (name.matches()) {
        states.add(new Stored(file.resourceId().toString(), Integer.parseInt(name.group(1))));
      }
    }
    return states;
  }
}
