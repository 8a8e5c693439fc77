package io.hydrabeam.pipelines.common;

import io.hydrabeam.model.checkpoint.Backbone;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Backbone weights by the name that {@code --backbone} has, loaded once for all jobs. */
public final class Backbones {
  /** The small backbone inside this program. */
  public static final String SAMPLE = "sample";

  private static final String SAMPLE_FOLDER = "/io/hydrabeam/pipelines/sample/";
  private static final String SIDECAR = "backbone.json";
  private static final String WEIGHTS = "backbone.safetensors";
  private static final Map<String, Slot> SLOTS = new ConcurrentHashMap<>();

  private Backbones() {}

  /** One file; also the lock that makes its second reader wait for the first. */
  private static final class Slot {
    private SoftReference<Backbone> backbone = new SoftReference<>(null);
  }

  /**
   * The weights, from memory where they were read before.
   *
   * @param name path of a weight file, local or gs://, or {@link #SAMPLE}
   * @throws HydraException if the file is missing or cannot be understood
   */
  public static Backbone load(String name) {
    Slot slot = SLOTS.computeIfAbsent(name, key -> new Slot());
    synchronized (slot) {
      Backbone backbone = slot.backbone.get();
      if (backbone == null) {
        try {
          backbone = Backbone.load(localFile(name));
        } catch (IOException e) {
          throw new HydraException(
              HydraException.USAGE,
              "cannot load the backbone %s: %s".formatted(name, HydraException.reason(e)),
              e);
        }
        slot.backbone = new SoftReference<>(backbone);
      }
      return backbone;
    }
  }

  private static Path localFile(String name) throws IOException {
    if (!name.equals(SAMPLE)) {
      Path weights = LocalFiles.of(name);
      if (!LocalFiles.isLocal(name)) {
        fetchSidecar(name, weights);
      }
      return weights;
    }
    Path folder = Files.createTempDirectory("hydra-sample");
    folder.toFile().deleteOnExit();
    Path unused = copyResource(SIDECAR, folder);
    return copyResource(WEIGHTS, folder);
  }

  /** The sidecar of remote weights comes along, if there is one. */
  private static void fetchSidecar(String name, Path weights) throws IOException {
    int dot = name.lastIndexOf('.');
    String sidecar = (dot < 0 ? name : name.substring(0, dot)) + ".json";
    if (Storage.find(sidecar).isPresent()) {
      String local = String.valueOf(weights.getFileName());
      int end = local.lastIndexOf('.');
      Path copy = weights.resolveSibling((end < 0 ? local : local.substring(0, end)) + ".json");
      try (InputStream in = Storage.open(sidecar)) {
        Files.copy(in, copy);
      }
      copy.toFile().deleteOnExit();
    }
  }

  private static Path copyResource(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = Backbones.class.getResourceAsStream(SAMPLE_FOLDER + name)) {
      if (in == null) {
        throw new IOException("this build of the program does not contain it");
      }
      Files.copy(in, file);
    }
    file.toFile().deleteOnExit();
    return file;
  }
}
