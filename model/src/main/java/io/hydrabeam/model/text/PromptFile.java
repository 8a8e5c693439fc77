package io.hydrabeam.model.text;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Class names and templates of several tasks, as JSON: {@code {"task": {"classes": ["cat", …],
 * "templates": ["a picture of a {}.", …]}}}. A class may be a list of names; the first counts.
 *
 * @param file where it lies, for messages
 * @param tasks by name
 */
public record PromptFile(Path file, Map<String, TaskPrompts> tasks) {

  private static final int BYTES_MAX = 64 << 20;

  private static final String CLASSES = "classes";

  private static final String TEMPLATES = "templates";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public PromptFile {
    tasks = Map.copyOf(tasks);
  }

  /**
   * Reads a file.
   *
   * @throws TextFileException if it is not valid JSON, or not of this form; the message tells the
   *     place
   */
  public static PromptFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new TextFileException(
          file, Files.exists(file) ? "is not a regular file" : "no such file");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    }
    if (bytes.length > BYTES_MAX) {
      throw new TextFileException(file, "is longer than %d bytes".formatted(BYTES_MAX));
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new TextFileException(file, JsonErrors.line(e), e);
    }
    if (!root.isObject()) {
      throw new TextFileException(file, "is not a JSON object of tasks");
    }
    Map<String, TaskPrompts> tasks = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> all = root.fields(); all.hasNext(); ) {
      Map.Entry<String, JsonNode> task = all.next();
      tasks.put(task.getKey(), prompts(file, printable(task.getKey()), task.getValue()));
    }
    return new PromptFile(file, tasks);
  }

  /**
   * The prompts of a task.
   *
   * @param classes that the task has
   * @throws TextFileException if there are none, or for another number of classes
   */
  public TaskPrompts forTask(String task, int classes) throws TextFileException {
    TaskPrompts prompts = tasks.get(task);
    if (prompts == null) {
      throw new TextFileException(
          file,
          "has no prompts for task %s; it has %s"
              .formatted(task, printable(String.join(", ", new TreeMap<>(tasks).keySet()))));
    }
    if (prompts.classes().size() != classes) {
      throw new TextFileException(
          file,
          "task %s has %d class names, but %d classes"
              .formatted(task, prompts.classes().size(), classes));
    }
    return prompts;
  }

  private static TaskPrompts prompts(Path file, String task, JsonNode node)
      throws TextFileException {
    for (Iterator<String> fields = node.fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      if (!field.equals(CLASSES) && !field.equals(TEMPLATES)) {
        throw new TextFileException(file, "unknown field %s.%s".formatted(task, printable(field)));
      }
    }
    List<String> classes = texts(file, task + "." + CLASSES, node.path(CLASSES), true);
    List<String> templates = texts(file, task + "." + TEMPLATES, node.path(TEMPLATES), false);
    try {
      return new TaskPrompts(classes, templates);
    } catch (IllegalArgumentException e) {
      throw new TextFileException(
          file, "task %s: %s".formatted(task, printable(String.valueOf(e.getMessage()))), e);
    }
  }

  private static List<String> texts(Path file, String where, JsonNode node, boolean alternatives)
      throws TextFileException {
    if (!node.isArray() || node.isEmpty()) {
      throw new TextFileException(
          file,
          "%s is %s, expected a list of strings"
              .formatted(where, node.isMissingNode() ? "missing" : printable(node.toString())));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : node) {
      JsonNode text = alternatives && item.isArray() ? item.path(0) : item;
      if (!text.isTextual()) {
        throw new TextFileException(
            file,
            "%s[%d] is %s, expected a string"
                .formatted(where, texts.size(), printable(item.toString())));
      }
      texts.add(text.textValue());
    }
    return texts;
  }
}
