package io.hydrabeam.model.text;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** Says where a JSON text is broken. */
final class JsonErrors {

  private JsonErrors() {}

  /** One line with the place and the reason. */
  static String line(JsonProcessingException e) {
    JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
    // The parser's own text names its source in brackets, which says nothing here.
    String reason = String.valueOf(e.getOriginalMessage()).replaceAll("\\[Source: [^;]*; ", "[");
    return "is not valid JSON at line %d, column %d: %s"
        .formatted(at.getLineNr(), at.getColumnNr(), printable(reason));
  }
}
