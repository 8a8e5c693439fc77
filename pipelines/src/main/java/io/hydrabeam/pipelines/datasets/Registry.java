package io.hydrabeam.pipelines.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A registry of vision-datasets: a JSON array of data sets. Where a name occurs several times, its
 * highest version counts.
 */
final class Registry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LIMIT_BYTES = 1 << 26;

  private final String file;
  private final Map<String, DataSet> byName = new LinkedHashMap<>();

  /**
   * A data set of the registry.
   *
   * @param folder of its files, below the root
   * @param coco whether its indexes are COCO JSON; else they are text
   * @param type of the data, as classification_multilabel; empty where the registry says none
   * @param labelFile with the class names of a text format; empty for COCO
   * @param usages by name: train, test
   */
  record DataSet(
      String name,
      long version,
      String folder,
      boolean coco,
      String type,
      String labelFile,
      Map<String, Usage> usages) {}

  /**
   * A part of a data set.
   *
   * @param index file below the data set's folder
   * @param images that the index lists, where the registry says so
   */
  record Usage(String index, OptionalLong images) {}

  private Registry(String file) {
    this.file = file;
  }

  /**
   * Reads a registry.
   *
   * @throws HydraException if there is none, or it is broken
   */
  static Registry read(String file) throws IOException {
    Registry registry = new Registry(file);
    JsonNode root;
    try {
      root = JSON.readTree(Storage.read(file, LIMIT_BYTES));
    } catch (FileNotFoundException e) {
      throw new HydraException(
          HydraException.USAGE,
          file + ": no such file; give the registry of your data sets with --registry=FILE",
          e);
    } catch (JsonProcessingException e) {
      throw CocoIndex.broken(file, e);
    }
    if (!root.isArray()) {
      throw HydraException.usage(file + ": expected a JSON array of data sets");
    }
    for (JsonNode node : root) {
      registry.add(node);
    }
    return registry;
  }

  /** Path of the registry. */
  String file() {
    return file;
  }

  /** Names of the data sets. */
  Set<String> names() {
    return byName.keySet();
  }

  Optional<DataSet> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private void add(JsonNode node) {
    String where = file;
    String name = text(where, node, "name");
    where = file + ": data set " + name;
    String type = node.path("type").asText("");
    if (!type.isEmpty() && !type.startsWith("classification")) {
      return; // Registries hold data for other purposes too.
    }
    long version = node.path("version").asLong(1);
    DataSet known = byName.get(name);
    if (known != null && known.version >= version) {
      return;
    }
    String format = node.path("format").asText("iris");
    boolean coco = format.equals("coco");
    if (!coco && !format.equals("iris")) {
      throw HydraException.usage(
          "%s: format '%s' must be coco or absent".formatted(where, ListedText.shown(format)));
    }
    String folder = node.path("root_folder").asText("");
    if (!folder.isEmpty()) {
      folder = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
      ListedText.checkPath(where + ": root_folder", folder);
    }
    Map<String, Usage> usages = new LinkedHashMap<>();
    for (String usage : new String[] {ImagePool.TRAIN, ImagePool.TEST}) {
      if (node.path(usage).isObject()) {
        usages.put(usage, usage(where + ": " + usage, node.path(usage)));
      }
    }
    String labelFile = coco ? "" : text(where, node, "labelmap");
    if (!coco) {
      ListedText.checkPath(where + ": labelmap", labelFile);
    }
    byName.put(name, new DataSet(name, version, folder, coco, type, labelFile, usages));
  }

  private static Usage usage(String where, JsonNode node) {
    String index = text(where, node, "index_path");
    ListedText.checkPath(where + ": index_path", index);
    JsonNode images = node.path("num_images");
    return new Usage(
        index, images.isIntegralNumber() ? OptionalLong.of(images.asLong()) : OptionalLong.empty());
  }

  private static String text(String where, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual() || value.asText().isBlank()) {
      throw HydraException.usage("%s: %s must be a text".formatted(where, field));
    }
    return value.asText();
  }
}
