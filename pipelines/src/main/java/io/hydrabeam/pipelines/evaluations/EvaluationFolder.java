package io.hydrabeam.pipelines.evaluations;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * A finished evaluation, {@code <scores>/<evaluationId>/}.
 *
 * @param path of the folder, local or gs://
 * @param result contents of its marker
 */
public record EvaluationFolder(String path, EvaluationResult result) {

  /** Evaluations below a folder of scores. */
  public record History(List<EvaluationFolder> finished, List<String> unreadable) {
    /**
     * @param finished those whose marker stands, the oldest first
     * @param unreadable a line for each whose marker cannot be trusted
     */
    public History {
      finished = List.copyOf(finished);
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * Opens an evaluation.
   *
   * @throws HydraException usage, if there is none, or none that is finished and whole
   */
  public static EvaluationFolder open(String path) {
    try {
      return new EvaluationFolder(
          path,
          ArtifactFolder.at(path)
              .read(EvaluationResult.getDefaultInstance())
              .orElseThrow(() -> HydraException.usage(absent(path))));
    } catch (IOException e) {
      throw HydraException.io("read", path, e);
    }
  }

  private static String absent(String path) {
    try {
      return Storage.list(path, "*").isEmpty()
          ? "%s: no such evaluation; a folder <scores>/<evaluationId> is wanted".formatted(path)
          : "%s is no finished evaluation: it has no %s; name another, or evaluate again"
              .formatted(path, ArtifactFolder.MARKER);
    } catch (IOException e) {
      throw HydraException.io("read", path, e);
    }
  }

  /**
   * All finished evaluations of a benchmark. Folders without a marker are none; those whose marker
   * cannot be read, or whose files are not all there, are told and left out.
   *
   * @param scores folder of the evaluations
   */
  public static History history(String scores, String benchmark) throws IOException {
    return find(scores, result -> result.getBenchmark().equals(benchmark));
  }

  /**
   * The finished evaluation that was begun last.
   *
   * @param scores folder of the evaluations
   * @throws HydraException usage, if there is none
   */
  public static EvaluationFolder newest(String scores) throws IOException {
    List<EvaluationFolder> finished = find(scores, result -> true).finished();
    if (finished.isEmpty()) {
      throw HydraException.usage(
          "%s holds no finished evaluation: run evaluate first, or name another --scores"
              .formatted(scores));
    }
    return finished.get(finished.size() - 1);
  }

  /**
   * Folders that an evaluation has begun and not committed: it still runs, or was interrupted.
   *
   * @param scores folder of the evaluations
   */
  public static List<String> unfinished(String scores) throws IOException {
    String root = scores.endsWith("/") ? scores : scores + "/";
    Set<String> begun = new TreeSet<>();
    Set<String> finished = new HashSet<>();
    for (MatchResult.Metadata file : Storage.list(scores, "**")) {
      String path = file.resourceId().toString();
      int start = path.indexOf(root);
      int end = start < 0 ? -1 : path.indexOf('/', start + root.length());
      if (end >= 0) {
        String folder = path.substring(start, end);
        begun.add(folder);
        if (path.substring(end + 1).equals(ArtifactFolder.MARKER)) {
          finished.add(folder);
        }
      }
    }
    begun.removeAll(finished);
    return List.copyOf(begun);
  }

  private static History find(String scores, Predicate<EvaluationResult> wanted)
      throws IOException {
    List<EvaluationFolder> finished = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (String path : markedFolders(scores)) {
      try {
        ArtifactFolder.at(path).read(EvaluationResult.getDefaultInstance()).stream()
            .filter(wanted)
            .forEach(result -> finished.add(new EvaluationFolder(path, result)));
      } catch (HydraException e) {
        unreadable.add(e.line());
      }
    }
    finished.sort(
        Comparator.<EvaluationFolder, String>comparing(folder -> folder.result().getStarted())
            .thenComparing(folder -> folder.result().getEvaluationId()));
    return new History(finished, unreadable);
  }

  /**
   * Folders of the evaluations that have a marker, the newest first, whatever their benchmark; to
   * be opened as long as something is missing. Those whose names are no {@link EvaluationId} are
   * left out.
   *
   * @param scores folder of the evaluations
   */
  public static List<String> newestFirst(String scores) throws IOException {
    return markedFolders(scores).stream()
        .filter(path -> EvaluationId.parse(name(path)).isPresent())
        .sorted(Comparator.comparing(EvaluationFolder::name).reversed())
        .toList();
  }

  /** The id of an evaluation that begins now; a second later for each that finished within it. */
  public static EvaluationId unused(String scores, String hash, Instant now) throws IOException {
    EvaluationId id = new EvaluationId(now, hash);
    while (Storage.find(Storage.resolve(scores, id + "/" + ArtifactFolder.MARKER)).isPresent()) {
      id = new EvaluationId(id.time().plusSeconds(1), hash);
    }
    return id;
  }

  private static List<String> markedFolders(String scores) throws IOException {
    return Storage.list(scores, "*/" + ArtifactFolder.MARKER).stream()
        .map(EvaluationFolder::folderOf)
        .toList();
  }

  /** The folder that a file lies in, without a slash at its end. */
  static String folderOf(MatchResult.Metadata file) {
    String directory = file.resourceId().getCurrentDirectory().toString();
    return directory.endsWith("/") ? directory.substring(0, directory.length() - 1) : directory;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * The predictions behind a score.
   *
   * @throws FileNotFoundException where the evaluation stores none for it
   */
  public Predictions predictions(Score score) throws IOException {
    String name = score.getPredictions();
    if (name.isEmpty() || name.startsWith("/") || List.of(name.split("/", -1)).contains("..")) {
      throw new FileNotFoundException(
          "%s names no predictions of job %s".formatted(path, score.getJobId()));
    }
    return Predictions.open(Storage.resolve(path, name));
  }
}
