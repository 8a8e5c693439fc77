package io.hydrabeam.model.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.optim.FlatOptimizer;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.Safetensors;
import io.hydrabeam.model.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Everything that a training needs to go on after an epoch. Random draws are functions of seed and
 * step, so no generator state is part of it.
 *
 * @param fingerprint of configuration, weights and data; a state of another training is not used
 * @param step last optimizer step that was done
 * @param tensors everything that steps change, as {@link TrainingGraph#state} gives it
 * @param best the best scored epoch so far, if epochs are scored
 * @param history of all epochs done, in order
 */
record TrainingState(
    String fingerprint,
    long step,
    Map<String, float[]> tensors,
    Optional<Best> best,
    List<EpochRecord> history) {

  /** Starts the names in the file of the best epoch's tensors. */
  private static final String BEST = "best/";

  /** The best scored epoch's weights, and the statistics that belong to them. */
  record Best(int epoch, double score, Map<String, float[]> tensors) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What steps change, as it is before the first: moments zero, running variance one. */
  static Map<String, float[]> initialTensors(TrainerConfig config, float[] trained) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put(TrainingGraph.TRAINED, trained);
    for (String slot : FlatOptimizer.slotNames(config.optimizer().optimizer())) {
      tensors.put(slot, new float[trained.length]);
    }
    if (config.head().normalized()) {
      float[] ones = new float[config.model().featureWidth()];
      Arrays.fill(ones, 1);
      tensors.put(ParameterName.HEAD_MEAN, new float[ones.length]);
      tensors.put(ParameterName.HEAD_VARIANCE, ones);
    }
    return tensors;
  }

  /** A training that has not begun. */
  static TrainingState initial(String fingerprint, Map<String, float[]> tensors) {
    return new TrainingState(fingerprint, 0, tensors, Optional.empty(), List.of());
  }

  /** Whether the tensors have the names and lengths of {@code others}. */
  boolean hasShapesOf(Map<String, float[]> others) {
    return tensors.keySet().equals(others.keySet())
        && others.entrySet().stream()
            .allMatch(
                other ->
                    Objects.requireNonNull(tensors.get(other.getKey())).length
                        == other.getValue().length);
  }

  /** The epoch to do next. */
  int nextEpoch() {
    return history.size();
  }

  /** Writes the state, atomically. */
  void write(Path file) throws IOException {
    Map<String, HostTensor> stored = new LinkedHashMap<>();
    tensors.forEach((name, values) -> stored.put(name, HostTensor.of(values, values.length)));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("fingerprint", fingerprint);
    metadata.put("step", Long.toString(step));
    metadata.put("history", historyJson());
    best.ifPresent(
        b -> {
          b.tensors()
              .forEach(
                  (name, values) -> stored.put(BEST + name, HostTensor.of(values, values.length)));
          metadata.put("best_epoch", Integer.toString(b.epoch()));
          metadata.put("best_score", Double.toString(b.score()));
        });
    Safetensors.write(file, stored, metadata);
  }

  /**
   * Reads a state.
   *
   * @throws IOException if the file is no whole state
   */
  static TrainingState read(Path file) throws IOException {
    try (WeightFile weights = WeightFile.open(file)) {
      Map<String, String> metadata = weights.metadata();
      Map<String, float[]> now = new LinkedHashMap<>();
      Map<String, float[]> then = new LinkedHashMap<>();
      for (String name : weights.names()) {
        float[] values = weights.read(name).values();
        if (name.startsWith(BEST)) {
          then.put(name.substring(BEST.length()), values);
        } else {
          now.put(name, values);
        }
      }
      Optional<Best> best =
          then.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new Best(
                      Integer.parseInt(require(file, metadata, "best_epoch")),
                      Double.parseDouble(require(file, metadata, "best_score")),
                      then));
      return new TrainingState(
          require(file, metadata, "fingerprint"),
          Long.parseLong(require(file, metadata, "step")),
          now,
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
