package io.hydrabeam.pipelines.preprocess;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hydrabeam.protos.PixelOrigin;
import java.util.Locale;

/** What stored pixels are made of. */
public enum SourcePixels {
  /** The source's own. */
  ORIGINAL(PixelOrigin.ORIGINAL),
  /** Those of a JPEG of quality 75, as prepared folders have them. */
  JPEG75(PixelOrigin.JPEG75);

  private final PixelOrigin origin;

  SourcePixels(PixelOrigin origin) {
    this.origin = origin;
  }

  /** Reads an option's value, in upper or lower case. */
  @JsonCreator
  public static SourcePixels of(String text) {
    for (SourcePixels pixels : values()) {
      if (pixels.text().equalsIgnoreCase(text)) {
        return pixels;
      }
    }
    throw new IllegalArgumentException("pixels (%s) must be original or jpeg75".formatted(text));
  }

  /** As written in options: lower case. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As stored. */
  PixelOrigin origin() {
    return origin;
  }

  /** What a data set says of itself. */
  static SourcePixels of(PixelOrigin origin) {
    return origin == PixelOrigin.JPEG75 ? JPEG75 : ORIGINAL;
  }
}
