package io.hydrabeam.pipelines.records;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How pixels are stored in a record; lossless, all of them. */
public enum StorageFormat {
  /** PNG where it saves at least an eighth, else raw. */
  AUTO,
  /** Unsigned bytes, [height, width, 3]. */
  RAW,
  /** PNG. */
  PNG;

  /** Reads an option's value, in upper or lower case. */
  @JsonCreator
  public static StorageFormat of(String text) {
    for (StorageFormat format : values()) {
      if (format.text().equalsIgnoreCase(text)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "image format (%s) must be auto, raw or png".formatted(text));
  }

  /** As written in options and records: lower case. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
