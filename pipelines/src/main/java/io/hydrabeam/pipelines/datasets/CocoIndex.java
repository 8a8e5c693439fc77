package io.hydrabeam.pipelines.datasets;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The COCO format of vision-datasets: a JSON object with images, annotations and categories. A
 * label is the rank of its category's id; images are ordered by their ids, labels as they are
 * annotated. Read element by element, so that a file is never held as a tree.
 */
final class CocoIndex {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the parser adds to a message, with more of itself than of the file. */
  private static final Pattern WHERE_IT_BEGAN = Pattern.compile(" \\(for \\w+ starting at .*");

  private final String file;
  private final String name;
  private final TreeMap<Long, Image> images = new TreeMap<>();
  private final TreeMap<Long, String> categories = new TreeMap<>();
  private final List<Annotation> annotations = new ArrayList<>();

  private record Image(String path, List<Integer> labels) {}

  private record Annotation(String where, long image, long category) {}

  private CocoIndex(String file, String name) {
    this.file = file;
    this.name = name;
  }

  /**
   * Parses a file.
   *
   * @param file its path, for messages
   * @param name as the registry has it
   * @throws HydraException with line and column if it is no such JSON
   */
  static CocoIndex parse(String file, String name, InputStream in) throws IOException {
    CocoIndex index = new CocoIndex(file, name);
    try (JsonParser parser = JSON.createParser(in)) {
      index.read(parser);
    } catch (JsonProcessingException e) {
      throw broken(file, e);
    }
    index.annotate();
    return index;
  }

  /** The line that tells where a JSON file is broken. */
  static HydraException broken(String file, JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    String message = e.getOriginalMessage().replaceAll("\\s+", " ");
    String place = location == null ? "" : place(location);
    return new HydraException(
        HydraException.USAGE,
        "%s%s: broken JSON: %s"
            .formatted(file, place, WHERE_IT_BEGAN.matcher(message).replaceFirst("")),
        e);
  }

  /** Names of the categories in the order of the labels. */
  List<String> classNames() {
    return List.copyOf(categories.values());
  }

  /** In order of their ids. */
  List<IndexEntry> entries() {
    List<IndexEntry> entries = new ArrayList<>(images.size());
    for (Map.Entry<Long, Image> image : images.entrySet()) {
      int[] labels = image.getValue().labels.stream().mapToInt(Integer::intValue).toArray();
      entries.add(new IndexEntry(name + " image " + image.getKey(), image.getValue().path, labels));
    }
    return entries;
  }

  private void read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw wrong(parser, "expected an object with images, annotations and categories");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      boolean known =
          field.equals("images") || field.equals("annotations") || field.equals("categories");
      if (!known) {
        parser.skipChildren();
        continue;
      }
      if (value != JsonToken.START_ARRAY) {
        throw wrong(parser, field + " is not an array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        String where = file + place(parser.currentTokenLocation());
        JsonNode node = JSON.readTree(parser);
        if (node == null || !node.isObject()) {
          throw HydraException.usage("%s: expected an object in %s".formatted(where, field));
        }
        switch (field) {
          case "images" -> image(where, node);
          case "annotations" ->
              annotations.add(
                  new Annotation(
                      where, number(where, node, "image_id"), number(where, node, "category_id")));
          default -> category(where, node);
        }
      }
    }
    if (parser.nextToken() != null) {
      throw wrong(parser, "more text after the end of the JSON");
    }
  }

  private void image(String where, JsonNode node) {
    long id = number(where, node, "id");
    String path = text(where, node, "file_name");
    if (!node.path("zip_file").isMissingNode() && !node.path("zip_file").isNull()) {
      path = text(where, node, "zip_file") + ImageFiles.MEMBER + path;
    }
    if (images.put(id, new Image(path, new ArrayList<>(1))) != null) {
      throw HydraException.usage("%s: image id %d is used twice".formatted(where, id));
    }
  }

  private void category(String where, JsonNode node) {
    long id = number(where, node, "id");
    if (categories.put(id, text(where, node, "name")) != null) {
      throw HydraException.usage("%s: category id %d is used twice".formatted(where, id));
    }
  }

  private void annotate() {
    Map<Long, Integer> labels = new TreeMap<>();
    categories.keySet().forEach(id -> labels.put(id, labels.size()));
    for (Annotation annotation : annotations) {
      Image image = images.get(annotation.image);
      if (image == null) {
        throw HydraException.usage(
            "%s: there is no image %d".formatted(annotation.where, annotation.image));
      }
      Integer label = labels.get(annotation.category);
      if (label == null) {
        throw HydraException.usage(
            "%s: there is no category %d".formatted(annotation.where, annotation.category));
      }
      image.labels.add(label);
    }
    annotations.clear();
  }

  private static long number(String where, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw HydraException.usage("%s: %s must be an integer".formatted(where, field));
    }
    return value.asLong();
  }

  private static String text(String where, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual() || value.asText().isBlank()) {
      throw HydraException.usage("%s: %s must be a text".formatted(where, field));
    }
    return value.asText();
  }

  private HydraException wrong(JsonParser parser, String what) {
    return HydraException.usage(file + place(parser.currentTokenLocation()) + ": " + what);
  }

  private static String place(JsonLocation location) {
    return ":%d:%d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
