package io.hydrabeam.runners;

import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The file of {@code --classNames}. */
final class ClassNames {

  private static final int LIMIT_BYTES = 1 << 24;

  private ClassNames() {}

  /**
   * The names in the order of the labels; none if no file is given.
   *
   * @throws HydraException usage, if they are not as many as the model's classes
   */
  static List<String> read(ClassNamesOptions options, AdapterConfig config) throws IOException {
    String file = options.getClassNames();
    if (file == null) {
      return List.of();
    }
    if (config.regression()) {
      throw HydraException.usage(
          "--classNames=%s: the adapter predicts a number, and has no classes".formatted(file));
    }
    String text = new String(Storage.read(file, LIMIT_BYTES), StandardCharsets.UTF_8);
    List<String> names = text.strip().lines().toList();
    if (names.size() != config.classes()) {
      throw HydraException.usage(
          "--classNames=%s: has %d lines, the adapter %d classes"
              .formatted(file, names.size(), config.classes()));
    }
    return names;
  }
}
