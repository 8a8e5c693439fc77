package io.hydrabeam.pipelines.evaluations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A file of predictions, {@code predictions/<task>/<jobId>.jsonl}, an image at a time. */
public final class Predictions implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;
  private final BufferedReader lines;
  private final boolean labelled;
  private long number;

  /** A file of predictions, from its first line on each time it is asked for. */
  public interface Source {
    /** Opens it; closed by the caller. */
    Predictions open() throws IOException;
  }

  private Predictions(String file, boolean labelled) throws IOException {
    this.file = file;
    this.labelled = labelled;
    this.lines =
        new BufferedReader(new InputStreamReader(Storage.open(file), StandardCharsets.UTF_8));
  }

  /**
   * Opens a file, local or gs://.
   *
   * @throws java.io.FileNotFoundException where there is none
   */
  public static Predictions open(String file) throws IOException {
    return new Predictions(file, true);
  }

  /**
   * Opens a file of hidden records' predictions, whose lines tell nothing true: they have no
   * labels, and the number 0.
   *
   * @throws java.io.FileNotFoundException where there is none
   */
  public static Predictions openHidden(String file) throws IOException {
    return new Predictions(file, false);
  }

  /**
   * The next image's; null after the last.
   *
   * @throws IOException also if a line is not a prediction, with its number
   */
  public @Nullable Prediction next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      return null;
    }
    number++;
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IOException("%s:%d is not JSON".formatted(file, number), e);
    }
    JsonNode key = node.path("key");
    if (!labelled) {
      return hidden(key, node.path("predicted"), node.path("probabilities"));
    }
    if (key.isTextual() && node.path("number").isNumber() && node.path("predicted").isNumber()) {
      return new Prediction(
          key.textValue(),
          new int[1],
          0,
          new float[] {node.path("predicted").floatValue()},
          node.path("number").floatValue());
    }
    JsonNode probabilities = node.path("probabilities");
    boolean single = node.path("label").isInt();
    JsonNode labels = node.path("labels");
    if (!key.isTextual()
        || !probabilities.isArray()
        || (single ? !node.path("predicted").isInt() : !labels.isArray())) {
      throw new IOException(
          "%s:%d lacks key, probabilities, or label and predicted (labels)"
              .formatted(file, number));
    }
    float[] values = floats(probabilities);
    return single
        ? new Prediction(
            key.textValue(),
            new int[] {node.path("label").intValue()},
            node.path("predicted").intValue(),
            values)
        : new Prediction(key.textValue(), ints(labels), -1, values);
  }

  /** Of a regression, whose lines have no probabilities, what is predicted is the number. */
  private Prediction hidden(JsonNode key, JsonNode predicted, JsonNode probabilities)
      throws IOException {
    boolean classes = probabilities.isArray() && predicted.isInt();
    boolean regression = probabilities.isMissingNode() && predicted.isNumber();
    if (!key.isTextual() || !(classes || regression)) {
      throw new IOException("%s:%d lacks key, predicted, or probabilities".formatted(file, number));
    }
    return classes
        ? new Prediction(key.textValue(), new int[0], predicted.intValue(), floats(probabilities))
        : new Prediction(key.textValue(), new int[0], 0, new float[] {predicted.floatValue()});
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
