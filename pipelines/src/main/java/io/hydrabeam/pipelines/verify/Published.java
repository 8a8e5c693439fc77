package io.hydrabeam.pipelines.verify;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.EvaluationResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An evaluation as its marker tells it; none of its files was looked at.
 *
 * @param folder with the marker's contents
 * @param files that the marker names, by name
 */
public record Published(EvaluationFolder folder, Map<String, StoredFile> files) {

  public Published {
    files = Map.copyOf(files);
  }

  /**
   * Reads a marker.
   *
   * @param path of an evaluation, or of a folder of evaluations, whose newest finished one is meant
   * @throws HydraException usage, if there is no finished evaluation, or its marker cannot be
   *     understood
   */
  public static Published open(String path) {
    try {
      Optional<Published> evaluation = read(path);
      if (evaluation.isEmpty()) {
        List<String> below = EvaluationFolder.newestFirst(path);
        evaluation = below.isEmpty() ? evaluation : read(below.get(0));
      }
      // Opening it says what there is instead.
      return evaluation.orElseGet(() -> new Published(EvaluationFolder.open(path), Map.of()));
    } catch (IOException e) {
      throw HydraException.io("read", path, e);
    }
  }

  private static Optional<Published> read(String path) throws IOException {
    Optional<ArtifactFolder.Contents<EvaluationResult>> contents;
    try {
      contents = ArtifactFolder.at(path).contents(EvaluationResult.getDefaultInstance());
    } catch (HydraException e) {
      throw new HydraException(
          HydraException.USAGE,
          "%s is no evaluation: its %s cannot be understood as one"
              .formatted(path, ArtifactFolder.MARKER),
          e);
    }
    if (contents.isEmpty()) {
      return Optional.empty();
    }
    Map<String, StoredFile> files = new LinkedHashMap<>();
    contents.get().files().forEach(file -> files.put(file.name(), file));
    EvaluationResult result = contents.get().message();
    if (result.getScoreCount() == 0) {
      throw HydraException.usage(path + " holds no score: there is nothing to verify");
    }
    return Optional.of(new Published(new EvaluationFolder(path, result), files));
  }
}
