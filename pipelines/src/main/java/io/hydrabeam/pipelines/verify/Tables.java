package io.hydrabeam.pipelines.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.report.ScoresCsv;
import io.hydrabeam.pipelines.report.ScoresJson;
import io.hydrabeam.protos.EvaluationResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether an evaluation's tables say what its scores do, means included. */
final class Tables {
  static final String JSON_NAME = "scores.json";
  static final String CSV_NAME = "scores.csv";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Tables() {}

  /**
   * The first place where {@code scores.json} says something else than the scores; fields that only
   * one of program and file knows are passed over, as another version may have written it.
   */
  static Optional<String> unlikeJson(EvaluationResult evaluation, byte[] text) throws IOException {
    return unlike("", JSON.readTree(ScoresJson.of(evaluation)), JSON.readTree(text));
  }

  private static Optional<String> unlike(String path, JsonNode wanted, JsonNode stored) {
    if (wanted.isObject() && stored.isObject()) {
      for (Map.Entry<String, JsonNode> field : wanted.properties()) {
        JsonNode other = stored.get(field.getKey());
        Optional<String> found =
            other == null
                ? Optional.empty()
                : unlike(path + "/" + field.getKey(), field.getValue(), other);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    if (wanted.isArray() && stored.isArray() && wanted.size() == stored.size()) {
      for (int i = 0; i < wanted.size(); i++) {
        Optional<String> found = unlike(path + "/" + i, wanted.get(i), stored.get(i));
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    if (wanted.equals(stored)) {
      return Optional.empty();
    }
    return Optional.of(
        wanted.isValueNode() && stored.isValueNode()
            ? "%s is %s, the scores give %s".formatted(path, stored.asText(), wanted.asText())
            : "%s does not list what the scores give".formatted(path));
  }

  /** The first line of {@code scores.csv} that says something else than the scores. */
  static Optional<String> unlikeCsv(EvaluationResult evaluation, String text) {
    List<String> wanted = ScoresCsv.of(evaluation).lines().toList();
    List<String> stored = text.lines().toList();
    for (int i = 0; i < Math.max(wanted.size(), stored.size()); i++) {
      if (i >= wanted.size() || i >= stored.size() || !wanted.get(i).equals(stored.get(i))) {
        return Optional.of("line %d is not what the scores give".formatted(i + 1));
      }
    }
    return Optional.empty();
  }
}
