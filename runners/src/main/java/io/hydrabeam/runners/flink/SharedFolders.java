package io.hydrabeam.runners.flink;

import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.HydraOptions;
import io.hydrabeam.pipelines.common.ModelOptions;
import io.hydrabeam.pipelines.common.RunsOptions;
import io.hydrabeam.pipelines.common.ScoresOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The folders that client and workers must both see: the client puts a small file into each, the
 * workers look for it and write one of their own. {@link #close} removes the client's.
 *
 * @param fileByOption the small file, by the name of the option that gave its folder
 * @param text what the small files hold
 */
record SharedFolders(Map<String, String> fileByOption, String text) implements AutoCloseable {

  /** Begins the names of the small files. */
  static final String PREFIX = ".hydra-check-";

  /** A check takes seconds; what is older was left by a client that was killed. */
  private static final Duration STALE = Duration.ofHours(1);

  SharedFolders {
    fileByOption = Map.copyOf(fileByOption);
  }

  /** Makes relative local paths absolute, as a worker has another working directory. */
  static void makeAbsolute(PipelineOptions options, Class<? extends PipelineOptions> type) {
    if (HydraOptions.class.isAssignableFrom(type)) {
      HydraOptions own = options.as(HydraOptions.class);
      own.setExamples(absolute(own.getExamples()));
    }
    if (RunsOptions.class.isAssignableFrom(type)) {
      RunsOptions own = options.as(RunsOptions.class);
      own.setRuns(absolute(own.getRuns()));
    }
    if (ScoresOptions.class.isAssignableFrom(type)) {
      ScoresOptions own = options.as(ScoresOptions.class);
      own.setScores(absolute(own.getScores()));
    }
    if (ModelOptions.class.isAssignableFrom(type)) {
      ModelOptions own = options.as(ModelOptions.class);
      if (!own.getBackbone().equals(Backbones.SAMPLE)) {
        own.setBackbone(absolute(own.getBackbone()));
      }
    }
    if (PreprocessOptions.class.isAssignableFrom(type)) {
      PreprocessOptions own = options.as(PreprocessOptions.class);
      String input = own.getInput();
      if (input != null) {
        own.setInput(absolute(input));
      }
    }
  }

  private static String absolute(String path) {
    return LocalFiles.isLocal(path) ? Path.of(path).toAbsolutePath().normalize().toString() : path;
  }

  /**
   * Puts the small files into the folders that the options name.
   *
   * @throws HydraException failed, if one cannot be written
   */
  static SharedFolders mark(PipelineOptions options, Class<? extends PipelineOptions> type) {
    Map<String, String> folders = new LinkedHashMap<>();
    if (HydraOptions.class.isAssignableFrom(type)) {
      folders.put("examples", options.as(HydraOptions.class).getExamples());
    }
    if (RunsOptions.class.isAssignableFrom(type)) {
      folders.put("runs", options.as(RunsOptions.class).getRuns());
    }
    if (ScoresOptions.class.isAssignableFrom(type)) {
      folders.put("scores", options.as(ScoresOptions.class).getScores());
    }
    String text = UUID.randomUUID().toString();
    Map<String, String> files = new LinkedHashMap<>();
    folders.forEach((option, folder) -> files.put(option, Storage.resolve(folder, PREFIX + text)));
    SharedFolders marked = new SharedFolders(files, text);
    folders.forEach(
        (option, folder) -> {
          String file = marked.file(option);
          try {
            sweep(folder);
            try (OutputStream out = Storage.create(file)) {
              out.write(text.getBytes(StandardCharsets.UTF_8));
            }
          } catch (IOException e) {
            marked.close();
            throw HydraException.io("write to --%s:".formatted(option), file, e);
          }
        });
    return marked;
  }

  /** Deletes the small files of launches that were killed. */
  private static void sweep(String folder) throws IOException {
    long youngest = System.currentTimeMillis() - STALE.toMillis();
    Storage.delete(
        Storage.list(folder, PREFIX + "*").stream()
            .filter(found -> found.lastModifiedMillis() > 0) // 0: not known
            .filter(found -> found.lastModifiedMillis() < youngest)
            .map(found -> found.resourceId().toString())
            .toList());
  }

  private String file(String option) {
    return Objects.requireNonNull(fileByOption.get(option), option);
  }

  @Override
  public void close() {
    List<String> files = new ArrayList<>(fileByOption.values());
    try {
      Storage.delete(files);
    } catch (IOException e) {
      throw HydraException.io("delete", files.toString(), e);
    }
  }
}
