package io.hydrabeam.pipelines.evaluations;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finished folders as somebody else would have made them: marker and hashes agree with them. */
public final class Rewritten {
  private Rewritten() {}

  /**
   * Commits a folder again.
   *
   * @param marker what it is to say
   * @param texts of the files that change, by name
   */
  public static void folder(String path, Message marker, Map<String, String> texts)
      throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (StoredFile file : ArtifactFolder.at(path).files()) {
      contents.put(file.name(), Files.readAllBytes(Path.of(path, file.name())));
    }
    texts.forEach((name, text) -> contents.put(name, text.getBytes(UTF_8)));
    delete(Path.of(path));
    try (ArtifactCommit commit = ArtifactFolder.at(path).begin()) {
      for (Map.Entry<String, byte[]> file : contents.entrySet()) {
        commit.write(file.getKey(), file.getValue());
      }
      commit.commit(marker);
    }
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
