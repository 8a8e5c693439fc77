package io.hydrabeam.pipelines.evaluations;

import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Folders of evaluations that were begun and have no marker. */
public final class UnfinishedEvaluations {
  /** What was begun earlier is not gone on with: its time would tell nothing of its scores. */
  private static final Duration RECENT = Duration.ofDays(1);

  private UnfinishedEvaluations() {}

  /**
   * The newest evaluation of a hash that was begun within a day and not finished: its process was
   * killed, or is at work now. Going on in its folder keeps the parts that are done, and of two
   * that are at work the first to commit wins. What one that was killed after its commit has left
   * is removed.
   *
   * @param scores folder of the evaluations
   * @param hash as {@link EvaluationId} takes it
   */
  public static Optional<EvaluationId> newest(String scores, String hash, Instant now)
      throws IOException {
    String glob = "*-" + new EvaluationId(now, hash).hash() + "/.*";
    Set<String> folders = new LinkedHashSet<>();
    Storage.list(scores, glob).forEach(file -> folders.add(EvaluationFolder.folderOf(file)));
    List<EvaluationId> recent =
        folders.stream()
            .map(path -> EvaluationId.parse(path.substring(path.lastIndexOf('/') + 1)))
            .flatMap(Optional::stream)
            .filter(id -> Duration.between(id.time(), now).abs().compareTo(RECENT) < 0)
            .sorted(Comparator.comparing(EvaluationId::toString).reversed())
            .toList();
    Optional<EvaluationId> unfinished = Optional.empty();
    for (EvaluationId id : recent) {
      boolean finished =
          ArtifactFolder.at(Storage.resolve(scores, id.toString())).sweepIfFinished();
      if (!finished && unfinished.isEmpty()) {
        unfinished = Optional.of(id);
      }
    }
    return unfinished;
  }
}
