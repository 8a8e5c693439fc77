package io.hydrabeam.runners.launch;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The folders that client and workers must both see: the client puts a small file into each, the
 * workers look for it and write one of their own. {@link #close} removes the client's.
 *
 * @param fileByOption the small file, by the name of the option that gave its folder
 * @param text what the small files hold
 */
public record SharedFolders(Map<String, String> fileByOption, String text)
    implements AutoCloseable {

  /** Begins the names of the small files. */
  public static final String PREFIX = ".hydra-check-";

  /** A check takes seconds; what is older was left by a client that was killed. */
  private static final Duration STALE = Duration.ofHours(1);

  public SharedFolders {
    fileByOption = Map.copyOf(fileByOption);
  }

  /**
   * Puts the small files into the folders that the options name.
   *
   * @throws HydraException failed, if one cannot be written
   */
  public static SharedFolders mark(PipelineOptions options, Class<? extends PipelineOptions> type) {
    Map<String, String> folders = new LinkedHashMap<>();
    for (WorkerPath path : WorkerPath.of(options, type)) {
      if (path.isOutput()) {
        folders.put(path.option(), path.value());
      }
    }
    String text = UUID.randomUUID().toString();
    Map<String, String> files = new LinkedHashMap<>();
    folders.forEach((option, folder) -> files.put(option, Storage.resolve(folder, PREFIX + text)));
    List<String> written = new ArrayList<>();
    folders.forEach(
        (option, folder) -> {
          String file = files.getOrDefault(option, "");
          try {
            sweep(folder);
            try (OutputStream out = Storage.create(file)) {
              written.add(file);
              out.write(text.getBytes(StandardCharsets.UTF_8));
            }
          } catch (IOException e) {
            delete(written);
            throw HydraException.io("write to --%s:".formatted(option), file, e);
          }
        });
    return new SharedFolders(files, text);
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

  @Override
  public void close() {
    delete(List.copyOf(fileByOption.values()));
  }

  private static void delete(List<String> files) {
    try {
      Storage.delete(files);
    } catch (IOException e) {
      throw HydraException.io("delete", files.toString(), e);
    }
  }
}
