package io.hydrabeam.pipelines.backbones;

import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.checkpoint.BackboneSidecar;
import io.hydrabeam.model.checkpoint.HuggingFaceConfig;
import io.hydrabeam.model.checkpoint.TextTower;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

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
    private @Nullable Path file;
    private SoftReference<Backbone> backbone = new SoftReference<>(null);
    private SoftReference<TextTower> text = new SoftReference<>(null);

    Path file(String name) throws IOException {
      if (file == null) {
        file = localFile(name);
      }
      return file;
    }
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
          backbone = Backbone.load(slot.file(name));
        } catch (IOException e) {
          throw unreadable(name, e);
        }
        slot.backbone = new SoftReference<>(backbone);
      }
      return backbone;
    }
  }

  /**
   * CLIP's text tower in the same file, from memory where it was read before.
   *
   * @param name as for {@link #load}; {@link Backbone#text} tells whether there is one
   * @throws HydraException if the file is missing, cannot be understood, or has none
   */
  public static TextTower loadText(String name) {
    Slot slot = SLOTS.computeIfAbsent(name, key -> new Slot());
    synchronized (slot) {
      TextTower text = slot.text.get();
      if (text == null) {
        try {
          text = TextTower.load(slot.file(name));
        } catch (IOException e) {
          throw unreadable(name, e);
        }
        slot.text = new SoftReference<>(text);
      }
      return text;
    }
  }

  private static HydraException unreadable(String name, IOException e) {
    return new HydraException(
        HydraException.USAGE,
        "cannot load the backbone %s: %s".formatted(name, HydraException.reason(e)),
        e);
  }

  private static Path localFile(String name) throws IOException {
    if (!name.equals(SAMPLE)) {
      Path weights = LocalFiles.of(name);
      if (!LocalFiles.isLocal(name)) {
        fetchSidecars(name, weights);
      }
      return weights;
    }
    Path folder = Files.createTempDirectory("hydra-sample");
    folder.toFile().deleteOnExit();
    Path unused = copyResource(SIDECAR, folder);
    return copyResource(WEIGHTS, folder);
  }

  /** The descriptions of remote weights come along, where there are any. */
  private static void fetchSidecars(String name, Path weights) throws IOException {
    String sidecar = String.valueOf(BackboneSidecar.pathFor(weights).getFileName());
    LocalFiles.fetchBeside(name, sidecar, weights);
    if (!sidecar.equals(HuggingFaceConfig.NAME)) {
      LocalFiles.fetchBeside(name, HuggingFaceConfig.NAME, weights);
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
