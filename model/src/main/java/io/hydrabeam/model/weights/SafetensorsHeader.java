package io.hydrabeam.model.weights;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A parsed safetensors header.
 *
 * @param tensors by name, sorted
 * @param metadata the file's own notes
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

  /** Longest header that is read: room for some 150,000 tensors. */
  static final int BYTES_MAX = 16 << 20;

  private static final int RANK_MAX = 16;

  private static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // The text of a broken file is not repeated in messages.
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(20)
                  .maxNameLength(4096)
                  .maxStringLength(1 << 20)
                  .build())
          .build();

  /**
   * A tensor's place.
   *
   * @param begin first byte, counted from the start of the data
   * @param end byte after the last
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(ElementType type, int[] shape, long begin, long end) {}

  /**
   * Parses and checks a header.
   *
   * @param text UTF-8
   * @param dataBytes what follows the header in the file
   */
  static SafetensorsHeader parse(Path file, ByteBuffer text, long dataBytes) throws IOException {
    String json;
    try {
      json = StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new WeightFileException(file, "the safetensors header is not UTF-8", e);
    }
    SafetensorsHeader header;
    try (JsonParser parser = JSON.createParser(json)) {
      header = new Reader(file, parser).header();
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
      throw new WeightFileException(
          file,
          "the safetensors header is not valid JSON at character %d: %s"
              .formatted(at, printable(String.valueOf(e.getOriginalMessage()))),
          e);
    }
    header.checkRanges(file, dataBytes);
    return header;
  }

  private void checkRanges(Path file, long dataBytes) throws WeightFileException {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(tensors.entrySet());
    ordered.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long position = 0;
    for (Map.Entry<String, Entry> tensor : ordered) {
      String name = printable(tensor.getKey());
      Entry entry = tensor.getValue();
      if (entry.end() > dataBytes) {
        throw new WeightFileException(
            file,
            "tensor %s lies at bytes %d to %d, but the file holds %d bytes of data; is it cut?"
                .formatted(name, entry.begin(), entry.end(), dataBytes));
      }
      if (entry.begin() != position) {
        throw new WeightFileException(
            file,
            "tensor %s starts at byte %d, %s byte %d"
                .formatted(
                    name,
                    entry.begin(),
                    entry.begin() < position
                        ? "and overlaps the one that ends at"
                        : "which leaves a gap after",
                    position));
      }
      position = entry.end();
    }
    if (position != dataBytes) {
      throw new WeightFileException(
          file, "%d bytes after the last tensor belong to none".formatted(dataBytes - position));
    }
  }

  /** Reads the JSON token by token, so that nothing is built that was not asked for. */
  private static final class Reader {

    private final Path file;
    private final JsonParser parser;

    Reader(Path file, JsonParser parser) {
      this.file = file;
      this.parser = parser;
    }

    SafetensorsHeader header() throws IOException {
      Map<String, Entry> tensors = new TreeMap<>();
      Map<String, String> metadata = Map.of();
      expect(JsonToken.START_OBJECT, "the header");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = field("the header");
        if (name.equals(METADATA)) {
          metadata = metadata();
        } else {
          tensors.put(name, entry(printable(name)));
        }
      }
      if (parser.nextToken() != null) {
        throw new WeightFileException(file, "the safetensors header goes on after its JSON object");
      }
      return new SafetensorsHeader(tensors, metadata);
    }

    private Map<String, String> metadata() throws IOException {
      Map<String, String> metadata = new TreeMap<>();
      expect(JsonToken.START_OBJECT, METADATA);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = field(METADATA);
        expect(JsonToken.VALUE_STRING, METADATA + "." + printable(key));
        metadata.put(key, parser.getText());
      }
      return Collections.unmodifiableMap(metadata);
    }

    private Entry entry(String name) throws IOException {
      String what = "tensor " + name;
      ElementType type = null;
      long[] shape = null;
      long[] offsets = null;
      expect(JsonToken.START_OBJECT, what);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = field(what);
        switch (field) {
          case "dtype" -> type = type(what);
          case "shape" -> shape = integers(what + ": shape", RANK_MAX);
          case "data_offsets" -> offsets = integers(what + ": data_offsets", 2);
          default ->
              throw new WeightFileException(
                  file, "%s: unknown field %s".formatted(what, printable(field)));
        }
      }
      return entry(what, type, shape, offsets);
    }

    private Entry entry(
        String what, @Nullable ElementType type, long @Nullable [] shape, long @Nullable [] offsets)
        throws WeightFileException {
      if (type == null || shape == null || offsets == null || offsets.length != 2) {
        throw new WeightFileException(file, what + " needs dtype, shape and two data_offsets");
      }
      int[] extents = new int[shape.length];
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] > Integer.MAX_VALUE) {
          throw new WeightFileException(
              file, "%s: extent %d of its shape is too large".formatted(what, shape[i]));
        }
        extents[i] = (int) shape[i];
      }
      long size = FloatReader.size(extents);
      if (offsets[1] < offsets[0] || size < 0 || offsets[1] - offsets[0] != size * type.bytes()) {
        throw new WeightFileException(
            file,
            "%s: bytes %d to %d do not fit %s of shape %s"
                .formatted(what, offsets[0], offsets[1], type, Arrays.toString(extents)));
      }
      return new Entry(type, extents, offsets[0], offsets[1]);
    }

    private ElementType type(String what) throws IOException {
      expect(JsonToken.VALUE_STRING, what + ": dtype");
      String text = parser.getText();
      for (ElementType type : ElementType.values()) {
        if (type.name().equals(text)) {
          return type;
        }
      }
      throw new WeightFileException(file, "%s: unknown dtype %s".formatted(what, printable(text)));
    }

    /** An array of non-negative integers, at most {@code lengthMax} of them. */
    private long[] integers(String what, int lengthMax) throws IOException {
      expect(JsonToken.START_ARRAY, what);
      long[] values = new long[lengthMax];
      int count = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || parser.getLongValue() < 0) {
          throw new WeightFileException(file, what + " must be non-negative integers");
        }
        if (count == lengthMax) {
          throw new WeightFileException(
              file, "%s has more than %d numbers".formatted(what, lengthMax));
        }
        values[count++] = parser.getLongValue();
      }
      return Arrays.copyOf(values, count);
    }

    private String field(String what) throws IOException {
      if (parser.currentToken() != JsonToken.FIELD_NAME) {
        throw new WeightFileException(file, what + " is not a JSON object");
      }
      return parser.currentName();
    }

    private void expect(JsonToken token, String what) throws IOException {
      JsonToken found = parser.nextToken();
      if (found != token) {
        throw new WeightFileException(
            file,
            "in the safetensors header, %s is %s where %s belongs"
                .formatted(what, found == null ? "missing" : found.name(), token.name()));
      }
    }
  }
}
