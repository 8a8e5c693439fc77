package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What training changed: two files in a folder. {@value #TENSORS} holds the tensors under the
 * original code's names, {@value #CONFIG} the rest. Method HYDRA stores adapters and head, LINEAR
 * the head, FULL every weight.
 *
 * @param config what the tensors do not tell
 * @param trained canonical name to tensor
 */
public record AdapterCheckpoint(AdapterConfig config, Map<String, HostTensor> trained) {

  /** Name of the file with the tensors. */
  public static final String TENSORS = "adapter.safetensors";

  /** Name of the file with everything else. */
  public static final String CONFIG = "adapter_config.json";

  private static final Logger LOG = LoggerFactory.getLogger(AdapterCheckpoint.class);

  private static final int HASH_SHOWN = 12;

  /** In the names of what a branch is multiplied with at last. */
  private static final String UP = ".up_proj.";

  public AdapterCheckpoint {
    trained = Collections.unmodifiableMap(trained);
  }

  /**
   * Writes both files; the same input gives the same bytes.
   *
   * @param folder is made if it does not exist
   * @param trained exactly what {@link AdapterConfig#shapes} lists
   * @throws IllegalArgumentException if a parameter is missing, misshapen or unexpected
   * @throws WeightFileException if one is NaN or infinite; nothing is written then
   */
  public static void save(Path folder, AdapterConfig config, Map<String, HostTensor> trained)
      throws IOException {
    Map<String, int[]> shapes = config.shapes();
    Parameters.requireExactly(shapes, trained);
    for (Map.Entry<String, HostTensor> entry : trained.entrySet()) {
      float[] values = entry.getValue().values();
      int bad = StrictReader.firstNotFinite(values);
      if (bad >= 0) {
        throw new WeightFileException(
            folder,
            "not saved, as %s is %s at value %d".formatted(entry.getKey(), values[bad], bad));
      }
    }
    Files.createDirectories(folder);
    TorchNames.ofFiles(config.model())
        .write(folder.resolve(TENSORS), shapes, trained, metadata(config));
    AdapterConfigJson.write(folder.resolve(CONFIG), config);
  }

  /**
   * Reads both files.
   *
   * @throws WeightFileException if one is broken, or if a tensor is missing, misshapen, unexpected,
   *     NaN or infinite
   */
  public static AdapterCheckpoint load(Path folder) throws IOException {
    Path configFile = folder.resolve(CONFIG);
    AdapterConfig config = loadConfig(folder);
    try (WeightFile weights = WeightFile.open(folder.resolve(TENSORS))) {
      Map<String, int[]> shapes = shapes(configFile, config, weights.names().size());
      NameScheme names = TorchNames.ofFiles(config.model());
      List<String> idle = StrictReader.check(weights, names, shapes);
      requireIdle(weights, idle);
      return new AdapterCheckpoint(config, StrictReader.read(weights, names, shapes));
    }
  }

  /** Fails unless the text tower's adapters, which are not used, add nothing. */
  private static void requireIdle(WeightFile weights, List<String> names) throws IOException {
    for (String name : names) {
      if (name.contains(UP)) {
        for (float value : weights.read(name).values()) {
          if (value != 0) {
            throw new WeightFileException(
                weights.path(),
                "tensor %s is not zero: adapters of the text tower are not supported"
                    .formatted(name));
          }
        }
      }
    }
    if (!names.isEmpty()) {
      LOG.info("{}: adapters of the text tower, all idle, are not used: {}", weights.path(), names);
    }
  }

  /** Reads the configuration alone, which tells all sizes. */
  public static AdapterConfig loadConfig(Path folder) throws IOException {
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new WeightFileException(folder, "is no adapter: there is no " + CONFIG + " in it");
    }
    return AdapterConfigJson.read(file);
  }

  /** The expected tensors; sizes that no such file can have are refused before they are listed. */
  private static Map<String, int[]> shapes(Path configFile, AdapterConfig config, int tensors)
      throws WeightFileException {
    if (config.method() != Method.LINEAR && config.model().depth() > tensors) {
      throw new WeightFileException(
          configFile,
          "says %d blocks, but %s holds %d tensors only"
              .formatted(config.model().depth(), TENSORS, tensors));
    }
    try {
      return config.shapes();
    } catch (ArithmeticException e) {
      throw new WeightFileException(configFile, "says sizes beyond all bounds", e);
    }
  }

  /**
   * Fails unless this was trained on that backbone. With method FULL nothing of the backbone is
   * used, so only its sizes must agree.
   *
   * @param folder of this checkpoint, for the message
   * @throws WeightFileException if it was another
   */
  public void requireTrainedOn(Backbone backbone, Path folder) throws WeightFileException {
    if (!config.model().equals(backbone.config())) {
      throw new WeightFileException(
          folder,
          "the adapter is for another backbone: %s, not %s"
              .formatted(config.model(), backbone.config()));
    }
    if (config.method() != Method.FULL && !config.backboneHash().equals(backbone.hash())) {
      throw new WeightFileException(
          folder,
          "the adapter is for another backbone of the same sizes: its hash is %s…, that of the one"
                  .formatted(shortened(config.backboneHash()))
              + " given is %s…".formatted(shortened(backbone.hash())));
    }
  }

  /**
   * The same checkpoint with one kind of branch taken away, for telling what each contributes.
   *
   * @param kept the branches that stay; of method HYDRA only
   */
  public AdapterCheckpoint keeping(Branches kept) {
    HydraConfig hydra = config.hydra();
    if (hydra == null) {
      throw new IllegalStateException(
          "a checkpoint of method %s has no branches".formatted(config.method()));
    }
    AdapterConfig reduced =
        new AdapterConfig(
            config.method(),
            hydra.keeping(kept),
            config.model(),
            config.classes(),
            config.batchNorm(),
            config.normalization(),
            config.backboneHash(),
            config.provenance());
    Map<String, HostTensor> left = new LinkedHashMap<>(trained);
    left.keySet().retainAll(reduced.shapes().keySet());
    Parameters.requireExactly(reduced.shapes(), left);
    return new AdapterCheckpoint(reduced, left);
  }

  private static String shortened(String hash) {
    return WeightFileException.printable(hash.substring(0, Math.min(HASH_SHOWN, hash.length())));
  }

  private static Map<String, String> metadata(AdapterConfig config) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", "pt");
    metadata.put("method", JsonFields.spelling(config.method()));
    HydraConfig hydra = config.hydra();
    if (hydra != null) {
      metadata.put("rank", Integer.toString(hydra.rank()));
      metadata.put("scale", Double.toString(hydra.scale()));
    }
    return metadata;
  }
}
