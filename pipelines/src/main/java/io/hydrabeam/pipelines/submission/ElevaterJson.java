package io.hydrabeam.pipelines.submission;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;

/**
 * Writes the leaderboard's JSON: the fields of a data set, and its predictions {@code
 * [seed][image][class]}, streamed from the jobs' files.
 */
final class ElevaterJson {
  private static final JsonFactory JSON =
      new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private ElevaterJson() {}

  /** A file of one job. */
  static void single(ElevaterEntry entry, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
      dataset(json, List.of(entry));
    }
  }

  /**
   * The file of a whole benchmark.
   *
   * @param datasets for each data set its seeds, ascending
   */
  static void combined(List<List<ElevaterEntry>> datasets, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeArrayFieldStart("data");
      for (List<ElevaterEntry> seeds : datasets) {
        dataset(json, seeds);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void dataset(JsonGenerator json, List<ElevaterEntry> seeds) throws IOException {
    ElevaterEntry first = seeds.get(0);
    json.writeStartObject();
    json.writeStringField("model_name", first.modelName());
    json.writeStringField("dataset_name", first.task().getName());
    json.writeFieldName("num_trainable_params");
    if (seeds.size() == 1) {
      json.writeNumber(first.trainable());
    } else {
      json.writeNumber(seeds.stream().mapToLong(ElevaterEntry::trainable).average().orElseThrow());
    }
    json.writeNumberField("num_params", first.total());
    json.writeNumberField("num_visual_params", first.tower());
    json.writeNumberField("num_backbone_params", first.tower());
    json.writeNumberField("n_shot", first.shots());
    json.writeArrayFieldStart("rnd_seeds");
    for (ElevaterEntry entry : seeds) {
      json.writeNumber(entry.seed());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("predictions");
    for (ElevaterEntry entry : seeds) {
      predictions(json, entry);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void predictions(JsonGenerator json, ElevaterEntry entry) throws IOException {
    json.writeStartArray();
    try (ElevaterRows rows = new ElevaterRows(entry.predictions(), entry.task().getClasses())) {
      while (rows.next()) {
        json.writeStartArray();
        for (double probability : rows.probabilities()) {
          // Never 1.0E-6, which takes more room.
          json.writeNumber(BigDecimal.valueOf(probability).toPlainString());
        }
        json.writeEndArray();
      }
    }
    json.writeEndArray();
  }
}
