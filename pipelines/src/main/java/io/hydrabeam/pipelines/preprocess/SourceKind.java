package io.hydrabeam.pipelines.preprocess;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What {@code --input} holds. */
public enum SourceKind {
  /** Whichever of the others is found. */
  AUTO,
  /** Folders with list files and images. */
  PREPARED,
  /** The archives that the data sets' owners publish. */
  ORIGINAL,
  /** A data directory of TensorFlow Datasets. */
  TFDS;

  /** Reads an option's value, in upper or lower case. */
  @JsonCreator
  public static SourceKind of(String text) {
    for (SourceKind kind : values()) {
      if (kind.text().equalsIgnoreCase(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "source (%s) must be auto, prepared, original or tfds".formatted(text));
  }

  /** As written in options: lower case. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
