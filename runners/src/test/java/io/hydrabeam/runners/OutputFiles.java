package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the three stages leave below a folder and does not depend on the runner. */
final class OutputFiles {

  private static final List<String> NAMES =
      List.of(
          "adapter.safetensors",
          "adapter_config.json",
          "scores.json",
          "scores.csv",
          "report.md",
          "dataset_info.json",
          "features.json");

  /** Of an evaluation, which tells its time. */
  static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{8}");

  private static final Pattern STARTED = Pattern.compile("\"started\" : \"[^\"]*\"");
  private static final Set<String> WITH_ID = Set.of("scores.json", "report.md");

  private OutputFiles() {}

  /** Contents by path below {@code root}. */
  static Map<String, byte[]> of(Path root) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = path.getFileName().toString();
        boolean same =
            NAMES.contains(name)
                || name.contains(".tfrecord-")
                || path.toString().contains("/predictions/");
        if (same) {
          String relative = root.relativize(path).toString();
          found.put(withoutId(relative), withoutId(name, Files.readAllBytes(path)));
        }
      }
    }
    return found;
  }

  /** A path, the same for all evaluations. */
  static String withoutId(String path) {
    return ID.matcher(path).replaceAll("ID");
  }

  /** Contents of a file, the same for all evaluations of the same things. */
  static byte[] withoutId(String name, byte[] contents) {
    if (!WITH_ID.contains(name.substring(name.lastIndexOf('/') + 1))) {
      return contents;
    }
    String text = withoutId(new String(contents, StandardCharsets.UTF_8));
    return STARTED.matcher(text).replaceAll("").getBytes(StandardCharsets.UTF_8);
  }

  /** The same files with the same bytes, and nothing unfinished is left in {@code actual}. */
  static void assertSame(Path actual, Path expected) throws IOException {
    Map<String, byte[]> files = of(actual);
    Map<String, byte[]> wanted = of(expected);
    assertThat(wanted.keySet().stream().filter(name -> name.endsWith("scores.json")).toList())
        .hasSize(1);
    assertThat(files.keySet()).containsExactlyElementsIn(wanted.keySet());
    files.forEach((name, bytes) -> assertWithMessage(name).that(bytes).isEqualTo(wanted.get(name)));
    assertNothingUnfinished(actual);
  }

  /** No temporary file is left. */
  static void assertNothingUnfinished(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      assertThat(paths.filter(path -> path.getFileName().toString().startsWith(".")).toList())
          .isEmpty();
    }
  }
}
