package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Files that an option names, one by one or by their folders.
 *
 * @param option without its dashes
 * @param kind of the files, for the error
 * @param endings of the files that count in a folder, lower case
 */
record GivenFiles(String option, String kind, List<String> endings) {

  /**
   * The files in the order given.
   *
   * @throws HydraException usage, if one does not exist, or if there is none
   */
  List<String> find(List<String> given) throws IOException {
    List<String> files = new ArrayList<>();
    for (String name : given) {
      if (isFile(name)) {
        files.add(name);
        continue;
      }
      List<String> inside =
          Storage.list(name, "*").stream()
              .map(file -> file.resourceId().toString())
              .filter(this::counts)
              .toList();
      if (inside.isEmpty() && !isFolder(name)) {
        throw HydraException.usage("--%s: %s does not exist".formatted(option, name));
      }
      files.addAll(inside);
    }
    if (files.isEmpty()) {
      throw HydraException.usage("--%s: the folders hold no %s file".formatted(option, kind));
    }
    return files;
  }

  /** Whether a file has one of the endings. */
  boolean counts(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return endings.stream().anyMatch(name::endsWith);
  }

  private static boolean isFile(String name) throws IOException {
    return LocalFiles.isLocal(name)
        ? Files.isRegularFile(LocalFiles.of(name))
        : !name.endsWith("/") && Storage.find(name).isPresent();
  }

  private static boolean isFolder(String name) throws IOException {
    return LocalFiles.isLocal(name) && Files.isDirectory(LocalFiles.of(name));
  }
}
