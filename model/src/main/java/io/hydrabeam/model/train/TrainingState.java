package io.hydrabeam.model.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.Safetensors;
import io.hydrabeam.model.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Everything that a training needs to go on after an epoch. Random draws are functions of seed and
 * step, so no generator state is part of it.
 *
 * @param fingerprint of configuration, weights and data; a state of another training is not used
 * @param step last optimizer step that was done
 * @param trained flat parameters
 * @param firstMoment AdamW's m
 * @param secondMoment AdamW's v
 * @param best the best scored epoch so far, if epochs are scored
 * @param history of all epochs done, in order
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
record TrainingState(
    String fingerprint,
    long step,
    float[] trained,
    float[] firstMoment,
    float[] secondMoment,
    Optional<Best> best,
    List<EpochRecord> history) {

  /** The best scored epoch's weights. */
  @SuppressWarnings("ArrayRecordComponent") // as above
  record Best(int epoch, double score, float[] trained) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A training that has not begun. */
  static TrainingState initial(String fingerprint, float[] trained) {
    return new TrainingState(
        fingerprint,
        0,
        trained,
        new float[trained.length],
        new float[trained.length],
        Optional.empty(),
        List.of());
  }

  /** The epoch to do next. */
  int nextEpoch() {
    return history.size();
  }

  /** Writes the state, atomically. */
  void write(Path file) throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("trained", HostTensor.of(trained, trained.length));
    tensors.put("adamw/m", HostTensor.of(firstMoment, firstMoment.length));
    tensors.put("adamw/v", HostTensor.of(secondMoment, secondMoment.length));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("fingerprint", fingerprint);
    metadata.put("step", Long.toString(step));
    metadata.put("history", historyJson());
    best.ifPresent(
        b -> {
          tensors.put("best", HostTensor.of(b.trained(), b.trained().length));
          metadata.put("best_epoch", Integer.toString(b.epoch()));
          metadata.put("best_score", Double.toString(b.score()));
        });
    Safetensors.write(file, tensors, metadata);
  }

  /**
   * Reads a state.
   *
   * @throws IOException if the file is no whole state
   */
  static TrainingState read(Path file) throws IOException {
    try (WeightFile weights = WeightFile.open(file)) {
      Map<String, String> metadata = weights.metadata();
      Optional<Best> best =
          weights.names().contains("best")
              ? Optional.of(
                  new Best(
                      Integer.parseInt(require(file, metadata, "best_epoch")),
                      Double.parseDouble(require(file, metadata, "best_score")),
                      weights.read("best").values()))
              : Optional.empty();
      return new TrainingState(
          require(file, metadata, "fingerprint"),
          Long.parseLong(require(file, metadata, "step")),
          weights.read("trained").values(),
          weights.read("adamw/m").values(),
          weights.read("adamw/v").values(),
          best,
          parseHistory(require(file, metadata, "history")));
    } catch (NumberFormatException e) {
      throw new IOException(file + ": not a training state: " + e.getMessage(), e);
    }
  }

  private static String require(Path file, Map<String, String> metadata, String key)
      throws IOException {
    String value = metadata.get(key);
    if (value == null) {
      throw new IOException(file + ": not a training state: no metadata field " + key);
    }
    return value;
  }

  private String historyJson() throws JsonProcessingException {
    ArrayNode array = JSON.createArrayNode();
    for (EpochRecord epoch : history) {
      ObjectNode node =
          array
              .addObject()
              .put("rate", epoch.learningRate())
              .put("loss", epoch.loss())
              .put("seconds", epoch.seconds());
      epoch.evalScore().ifPresent(score -> node.put("score", score));
    }
    return JSON.writeValueAsString(array);
  }

  private static List<EpochRecord> parseHistory(String json) throws IOException {
    List<EpochRecord> epochs = new ArrayList<>();
    for (JsonNode node : JSON.readTree(json)) {
      epochs.add(
          new EpochRecord(
              epochs.size(),
              node.path("rate").asDouble(),
              node.path("loss").asDouble(),
              node.has("score")
                  ? OptionalDouble.of(node.path("score").asDouble())
                  : OptionalDouble.empty(),
              node.path("seconds").asDouble()));
    }
    return epochs;
  }
}
