package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.originals.OriginalFiles;
import io.hydrabeam.pipelines.originals.PublishedDatasets;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Archive;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Chooses among the sources that VTAB-1k's images can come from. */
public final class SourceChoice {
  private SourceChoice() {}

  /**
   * The source that {@code --source} names, or the one that is found for every task.
   *
   * @throws HydraException usage, if there is none for a task or they differ
   */
  static ImageSource of(PreprocessOptions options, List<Task> tasks, String input) {
    SourceKind kind = options.getSource();
    try {
      if (kind == SourceKind.AUTO) {
        kind = find(tasks, input);
      }
      if (kind == SourceKind.PREPARED) {
        refuse(options, "prepared folders");
        return new PreparedFolder(input);
      }
      for (Task task : tasks) {
        if (!task.hasOriginal()) {
          throw HydraException.usage(
              "--source=%s: the catalog tells no published data set of task %s"
                  .formatted(kind.text(), task.getName()));
        }
      }
      return kind == SourceKind.TFDS
          ? OfficialSource.prepared(input, tasks)
          : OfficialSource.archives(input);
    } catch (IOException e) {
      throw HydraException.io("look for the tasks in", input, e);
    }
  }

  /**
   * Refuses options that only published data sets have a use for.
   *
   * @param instead what the images come from
   */
  static void refuse(PreprocessOptions options, String instead) {
    if (options.getPixels() != SourcePixels.ORIGINAL) {
      throw HydraException.usage(
          "--pixels=%s has no use for %s: their pixels are taken as they are"
              .formatted(options.getPixels().text(), instead));
    }
    if (options.getSampleList() != null) {
      throw HydraException.usage(
          "--sampleList has no use for %s: their images have no official keys".formatted(instead));
    }
  }

  private static SourceKind find(List<Task> tasks, String input) throws IOException {
    Map<SourceKind, String> found = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    for (Task task : tasks) {
      Optional<SourceKind> kind = find(task, input);
      kind.ifPresentOrElse(
          each -> found.putIfAbsent(each, task.getName()), () -> missing.add(task.getName()));
    }
    if (found.isEmpty() && tasks.stream().noneMatch(Task::hasOriginal)) {
      return SourceKind.PREPARED; // whose lists are then missed
    }
    if (!missing.isEmpty()) {
      throw HydraException.usage(
          "--input=%s holds nothing of task %s%s, neither archives, nor a TFDS directory, nor a folder with lists; tasks --verbose tells what it must hold"
              .formatted(
                  input,
                  missing.get(0),
                  missing.size() == 1 ? "" : " (nor of %d more)".formatted(missing.size() - 1)));
    }
    if (found.size() > 1) {
      throw HydraException.usage(
          "--input=%s holds different sources: %s; prepare them one after another, each with its --source and --tasks"
              .formatted(
                  input,
                  String.join(
                      ", ",
                      found.entrySet().stream()
                          .map(each -> each.getKey().text() + " for " + each.getValue())
                          .toList())));
    }
    return found.keySet().iterator().next();
  }

  /** The source of a task that is there. */
  private static Optional<SourceKind> find(Task task, String input) throws IOException {
    for (SourceKind kind : List.of(SourceKind.PREPARED, SourceKind.TFDS, SourceKind.ORIGINAL)) {
      if (!found(task, input, kind).isEmpty()) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /**
   * What is found of a source for a task, a line for each thing.
   *
   * @param kind not {@link SourceKind#AUTO}
   */
  public static List<String> found(Task task, String input, SourceKind kind) throws IOException {
    return switch (kind) {
      case PREPARED -> {
        String inside = Storage.resolve(input, task.getName() + "/x");
        String folder = inside.substring(0, inside.length() - 1);
        yield Storage.list(folder, "*.txt").stream()
            .map(list -> list.resourceId().toString())
            .filter(
                list -> Splits.ALL.stream().anyMatch(split -> list.endsWith("/" + split + ".txt")))
            .toList();
      }
      case TFDS ->
          task.hasOriginal() ? OfficialSource.version(input, task).stream().toList() : List.of();
      case ORIGINAL -> task.hasOriginal() ? archives(task, input) : List.of();
      case AUTO -> throw new IllegalArgumentException("no source of its own");
    };
  }

  private static List<String> archives(Task task, String input) throws IOException {
    OriginalFiles files = PublishedDatasets.files(input, task);
    List<String> found = new ArrayList<>();
    for (Archive archive : task.getOriginal().getArchiveList()) {
      Optional<String> path = files.findPath(archive.getName());
      path.ifPresent(found::add);
    }
    return found;
  }
}
