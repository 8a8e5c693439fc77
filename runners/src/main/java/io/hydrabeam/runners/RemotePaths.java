package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.gcs.GcsCheck;
import io.hydrabeam.pipelines.storage.Storage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The values of a command's options that are paths with a scheme ({@code gs://…}).
 *
 * @param pathsByOption as given, by option name
 */
record RemotePaths(Map<String, List<String>> pathsByOption) {

  /** One letter is a drive. */
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):/.*");

  /** Options that name one file, which must be there. */
  private static final Set<String> FILES =
      Set.of("backbone", "catalog", "classNames", "config", "prompts", "registry", "vocabulary");

  private static final String GCS = "gs";
  private static final String LOCAL = "file";

  RemotePaths {
    pathsByOption = Map.copyOf(pathsByOption);
  }

  /** Those among {@code given} that {@code isOwn} accepts. */
  static RemotePaths among(Map<String, String> given, Predicate<String> isOwn) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          List<String> paths =
              List.of(value.split(",")).stream()
                  .map(String::strip)
                  .filter(path -> SCHEME.matcher(path).matches())
                  .toList();
          if (!paths.isEmpty() && isOwn.test(name)) {
            found.put(name, paths);
          }
        });
    return new RemotePaths(found);
  }

  /**
   * Sets up Beam's file systems, and sees whether the paths can be used. Where there are none, it
   * does nothing: loading the clients takes time.
   *
   * @throws HydraException usage, if one cannot be used
   */
  void open(PipelineOptions options) {
    if (pathsByOption.isEmpty()) {
      return;
    }
    FileSystems.setDefaultPipelineOptions(options);
    GcsCheck gcs = GcsCheck.with(options);
    pathsByOption.forEach(
        (name, paths) -> {
          for (String path : paths) {
            String given = "--%s=%s".formatted(name, path);
            if (requireScheme(given, path).equals(GCS)) {
              check(gcs, name, given, path);
            }
          }
        });
  }

  private static void check(GcsCheck gcs, String name, String given, String path) {
    if (FILES.contains(name)) {
      gcs.requireFile(given, path);
    } else {
      gcs.requireFolder(given, path);
    }
  }

  private static String requireScheme(String given, String path) {
    Matcher scheme = SCHEME.matcher(path);
    String name = scheme.matches() ? scheme.group(1).toLowerCase(Locale.ROOT) : LOCAL;
    if (!Storage.schemes().contains(name)) {
      throw HydraException.usage(
          "%s: paths of %s:// are not supported; use a local path or gs://BUCKET/FOLDER"
              .formatted(given, name));
    }
    return name;
  }
}
