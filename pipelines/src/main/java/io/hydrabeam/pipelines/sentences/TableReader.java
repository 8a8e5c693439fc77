package io.hydrabeam.pipelines.sentences;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Columns;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Reads a table from front to back: tab-separated, with a header that names the columns or without
 * one, or JSON Lines with a field for each column. In tab-separated tables a quote is a character
 * like any other, as in GLUE, whose sentences hold quotes that nothing closes.
 *
 * <p>A row that cannot be used is handed on with the reason; a table that cannot be read is an
 * error.
 */
final class TableReader {

  private static final String NOT_TEXT = "is not UTF-8 text";

  private static final int HEADER_SHOWN = 200;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final String path;

  private final String name;

  private final Columns columns;

  private int rows;

  private TableReader(String path, Columns columns) {
    this.path = path;
    this.name = path.substring(path.lastIndexOf('/') + 1);
    this.columns = columns;
  }

  /** Takes rows. */
  @FunctionalInterface
  interface Visitor {
    void visit(SentenceRow row) throws IOException;
  }

  /**
   * Reads a table.
   *
   * @param path for messages; its ending tells JSON Lines
   * @param in the table
   * @throws HydraException usage, if a column is missing or there are no rows
   */
  static void read(String path, InputStream in, Columns columns, Visitor visitor)
      throws IOException {
    TableReader reader = new TableReader(path, columns);
    if (path.endsWith(".jsonl")) {
      reader.readObjects(new Lines(in), visitor);
    } else {
      reader.readTable(new Lines(in), visitor);
    }
    if (reader.rows == 0) {
      throw HydraException.usage(path + ": has no rows");
    }
  }

  /** The columns that a row must have. */
  private List<String> needed() {
    List<String> needed = new ArrayList<>(List.of(columns.getFirst()));
    for (String other : List.of(columns.getSecond(), columns.getLabel())) {
      if (!other.isEmpty()) {
        needed.add(other);
      }
    }
    return needed;
  }

  private void readTable(Lines lines, Visitor visitor) throws IOException {
    List<String> header = header(lines);
    for (Lines.Line line; (line = lines.next()) != null; ) {
      if (!line.isBlank()) {
        visitor.visit(tableRow(line, header));
      }
    }
  }

  private List<String> header(Lines lines) throws IOException {
    if (columns.getWithoutHeader() > 0) {
      return IntStream.rangeClosed(1, columns.getWithoutHeader())
          .mapToObj(String::valueOf)
          .toList();
    }
    Lines.Line line = lines.next();
    if (line == null) {
      throw HydraException.usage(path + ": is empty");
    }
    Optional<String> text = line.text();
    if (line.cut() || text.isEmpty()) {
      throw HydraException.usage("%s:1: %s".formatted(path, line.cut() ? tooLong() : NOT_TEXT));
    }
    List<String> header = Arrays.asList(text.get().split("\t", -1));
    for (String needed : needed()) {
      int times = Collections.frequency(header, needed);
      if (times != 1) {
        throw HydraException.usage(
            "%s:1: %s column '%s'; the header names %s"
                .formatted(path, times == 0 ? "no" : "more than one", needed, shown(header)));
      }
    }
    return header;
  }

  private static String shown(List<String> header) {
    String names = String.join(", ", header).replaceAll("\\p{Cntrl}", "?");
    return names.isEmpty()
        ? "nothing"
        : names.length() <= HEADER_SHOWN ? names : names.substring(0, HEADER_SHOWN) + "…";
  }

  private SentenceRow tableRow(Lines.Line line, List<String> header) {
    Optional<String> text = line.text();
    if (line.cut() || text.isEmpty()) {
      return unusable(line, line.cut() ? tooLong() : NOT_TEXT);
    }
    String[] fields = text.get().split("\t", -1);
    if (fields.length != header.size()) {
      boolean quoted = Arrays.stream(fields).anyMatch(field -> field.startsWith("\""));
      return unusable(
          line,
          "has %d columns, expected %d%s"
              .formatted(
                  fields.length,
                  header.size(),
                  quoted ? " (a quote encloses nothing here: tabs inside it divide columns)" : ""));
    }
    return row(line, column -> fields[header.indexOf(column)]);
  }

  private void readObjects(Lines lines, Visitor visitor) throws IOException {
    for (Lines.Line line; (line = lines.next()) != null; ) {
      if (!line.isBlank()) {
        visitor.visit(objectRow(line));
      }
    }
  }

  private SentenceRow objectRow(Lines.Line line) {
    Optional<String> text = line.text();
    if (line.cut() || text.isEmpty()) {
      return unusable(line, line.cut() ? tooLong() : NOT_TEXT);
    }
    JsonNode object;
    try {
      object = JSON.readTree(text.get());
    } catch (JsonProcessingException e) {
      return unusable(
          line,
          "is not valid JSON at column %d"
              .formatted(e.getLocation() == null ? 1 : e.getLocation().getColumnNr()));
    }
    if (object == null || !object.isObject()) {
      return unusable(line, "is no JSON object");
    }
    for (String column : needed()) {
      JsonNode value = object.path(column);
      boolean label = column.equals(columns.getLabel());
      if (!value.isTextual() && !(label && value.isNumber())) {
        return unusable(line, "has no text%s at '%s'".formatted(label ? " or number" : "", column));
      }
    }
    return row(line, column -> object.path(column).asText());
  }

  private SentenceRow row(Lines.Line line, UnaryOperator<String> values) {
    String first = value(values, columns.getFirst());
    String second = value(values, columns.getSecond());
    // Where labels are hidden, a prediction is wanted of every row.
    boolean labelled = !columns.getLabel().isEmpty();
    if (labelled && first.isBlank()) {
      return unusable(line, "its sentence ('%s') is empty".formatted(columns.getFirst()));
    }
    if (labelled && !columns.getSecond().isEmpty() && second.isBlank()) {
      return unusable(line, "its second sentence ('%s') is empty".formatted(columns.getSecond()));
    }
    Optional<String> damage = damage(first).or(() -> damage(second));
    if (damage.isPresent()) {
      return unusable(line, damage.get());
    }
    return new SentenceRow(
        rows++,
        where(line),
        line.bytes().length,
        first,
        second,
        value(values, columns.getLabel()),
        "");
  }

  /** What no writer means, and what no file can hold. */
  private static Optional<String> damage(String sentence) {
    for (int i = 0; i < sentence.length(); i += Character.charCount(sentence.codePointAt(i))) {
      int c = sentence.codePointAt(i);
      if (c == 0) {
        return Optional.of("holds the character U+0000");
      }
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        return Optional.of("holds half a surrogate pair");
      }
    }
    return Optional.empty();
  }

  private static String value(UnaryOperator<String> values, String column) {
    return column.isEmpty() ? "" : values.apply(column);
  }

  private SentenceRow unusable(Lines.Line line, String problem) {
    return SentenceRow.unusable(rows++, where(line), line.bytes().length, problem);
  }

  private String where(Lines.Line line) {
    return name + ":" + line.number();
  }

  private static String tooLong() {
    return "is longer than %,d bytes".formatted(Lines.LIMIT_BYTES);
  }
}
