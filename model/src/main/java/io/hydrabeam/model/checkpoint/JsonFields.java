package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.weights.AtomicFiles;
import io.hydrabeam.model.weights.WeightFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a small JSON object, each asked for once; what nobody asked for is an error at the
 * end.
 */
final class JsonFields {

  private static final int BYTES_MAX = 1 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;
  private final String where;
  private final JsonNode object;
  private final Set<String> used = new HashSet<>();

  private JsonFields(Path file, String where, JsonNode object) {
    this.file = file;
    this.where = where;
    this.object = object;
  }

  /**
   * Reads a file.
   *
   * @throws WeightFileException if it is not one JSON object
   */
  static JsonFields read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    }
    if (bytes.length > BYTES_MAX) {
      throw new WeightFileException(file, "is longer than %d bytes".formatted(BYTES_MAX));
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new WeightFileException(
          file, "is not valid JSON: " + printable(String.valueOf(e.getOriginalMessage())), e);
    }
    if (!node.isObject()) {
      throw new WeightFileException(file, "is not a JSON object");
    }
    return new JsonFields(file, "", node);
  }

  /** Writes a file, indented, with a line feed after each line on every system. */
  static void write(Path file, ObjectNode object) throws IOException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    String text = MAPPER.writer(printer).writeValueAsString(object) + "\n";
    AtomicFiles.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** An empty object to fill and {@link #write}. */
  static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  boolean has(String name) {
    return object.has(name);
  }

  int integer(String name) throws WeightFileException {
    JsonNode node = node(name);
    if (!node.isInt()) {
      throw wrong(name, "an integer");
    }
    return node.intValue();
  }

  boolean flag(String name) throws WeightFileException {
    JsonNode node = node(name);
    if (!node.isBoolean()) {
      throw wrong(name, "true or false");
    }
    return node.booleanValue();
  }

  double number(String name) throws WeightFileException {
    JsonNode node = node(name);
    if (!node.isNumber()) {
      throw wrong(name, "a number");
    }
    return node.doubleValue();
  }

  String text(String name) throws WeightFileException {
    JsonNode node = node(name);
    if (!node.isTextual()) {
      throw wrong(name, "a string");
    }
    return node.textValue();
  }

  List<String> texts(String name) throws WeightFileException {
    JsonNode node = node(name);
    List<String> texts = new ArrayList<>();
    for (JsonNode item : node) {
      if (!item.isTextual()) {
        throw wrong(name, "a list of strings");
      }
      texts.add(item.textValue());
    }
    if (!node.isArray()) {
      throw wrong(name, "a list of strings");
    }
    return texts;
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) throws WeightFileException {
    return constant(name, text(name), type);
  }

  /** The constant that is written in lower case; what the code generator added is none. */
  <E extends Enum<E>> E constant(String name, String text, Class<E> type)
      throws WeightFileException {
    List<String> allowed = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (!constant.name().equals("UNRECOGNIZED")) {
        if (spelling(constant).equals(text)) {
          return constant;
        }
        allowed.add(spelling(constant));
      }
    }
    throw wrong(name, "one of " + String.join(", ", allowed));
  }

  /** How an enum's constant is written. */
  static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  JsonFields object(String name) throws WeightFileException {
    JsonNode node = node(name);
    if (!node.isObject()) {
      throw wrong(name, "an object");
    }
    return new JsonFields(file, where + name + ".", node);
  }

  /** Names of all fields, for objects with free keys. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Fails if there is a field that was not asked for. */
  void finish() throws WeightFileException {
    Optional<String> unknown = names().stream().filter(name -> !used.contains(name)).findFirst();
    if (unknown.isPresent()) {
      throw new WeightFileException(
          file, "unknown field %s%s".formatted(where, printable(unknown.get())));
    }
  }

  WeightFileException wrong(String name, String expected) {
    JsonNode found = object.path(name);
    return new WeightFileException(
        file,
        "field %s%s is %s, expected %s"
            .formatted(
                where,
                printable(name),
                found.isMissingNode() ? "missing" : printable(found.toString()),
                expected));
  }

  private JsonNode node(String name) {
    used.add(name);
    return object.path(name);
  }
}
