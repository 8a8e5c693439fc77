package io.hydrabeam.pipelines.submission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hydrabeam.pipelines.records.ListedKey;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The predictions of a job, image after image; one row is held at a time. Probabilities are rounded
 * as they are written, so that what is checked is what is sent.
 */
final class ElevaterRows implements Closeable {
  /** The original's six decimals. */
  private static final double UNIT = 1e6;

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonParser parser;
  private OptionalInt place = OptionalInt.empty();
  private double[] probabilities;
  private int count;

  /**
   * Opens.
   *
   * @param classes that a row is expected to have
   */
  ElevaterRows(String path, int classes) throws IOException {
    parser = JSON.createParser(Storage.open(path));
    probabilities = new double[classes];
  }

  /** Goes to the next image; false at the end. */
  boolean next() throws IOException {
    if (parser.nextToken() == null) {
      return false;
    }
    place = OptionalInt.empty();
    count = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("key")) {
        place = ListedKey.place(parser.getText());
      } else if (field.equals("probabilities")) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (count == probabilities.length) {
            probabilities = Arrays.copyOf(probabilities, 2 * count + 1);
          }
          probabilities[count++] = rounded(parser.getDoubleValue());
        }
      } else if (value.isStructStart()) {
        parser.skipChildren();
      }
    }
    return true;
  }

  /** Of the image in the index; empty if its key does not tell it. */
  OptionalInt place() {
    return place;
  }

  /** Of the classes, rounded. */
  double[] probabilities() {
    return Arrays.copyOf(probabilities, count);
  }

  static double rounded(double probability) {
    // Math.round would make a number of what is none.
    return Double.isFinite(probability) ? Math.round(probability * UNIT) / UNIT : probability;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
