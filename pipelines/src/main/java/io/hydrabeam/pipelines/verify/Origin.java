package io.hydrabeam.pipelines.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code provenance.json} tells of where and with what scores were computed. A text is empty
 * where it is not told.
 *
 * @param examples folder of the TFRecords
 * @param runs folder of the training runs
 * @param backbone as in {@code --backbone}
 * @param precision of the large matrix products
 * @param batch images that were classified at once
 * @param machine what the numbers depend on beside their inputs
 */
record Origin(
    String examples,
    String runs,
    String backbone,
    Precision precision,
    int batch,
    Machine machine) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH_DEFAULT = 32;
  private static final int DIGITS = 12;

  /**
   * A program on a device.
   *
   * @param program hash of its classes
   */
  record Machine(String program, String tensorflow, String device) {

    /** In what another differs that is known of both; empty if in nothing. */
    Optional<String> unlike(Machine now) {
      List<String> differences = new ArrayList<>();
      differ("TensorFlow", tensorflow, now.tensorflow, differences);
      differ("device", device, now.device, differences);
      differ("program", brief(program), brief(now.program), differences);
      return differences.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", differences));
    }

    private static void differ(String what, String then, String now, List<String> differences) {
      if (!then.isEmpty() && !then.equals(now)) {
        differences.add("%s was %s, here it is %s".formatted(what, then, now));
      }
    }

    private static String brief(String hash) {
      return hash.substring(0, Math.min(DIGITS, hash.length()));
    }
  }

  /** Of a file's text; what it does not tell is empty or the default. */
  static Origin parse(byte[] text) throws IOException {
    JsonNode root = JSON.readTree(text);
    JsonNode options = root.path("options");
    int batch = options.path("evalBatch").asInt(BATCH_DEFAULT);
    return new Origin(
        options.path("examples").asText(""),
        options.path("runs").asText(""),
        options.path("backbone").asText(""),
        precision(options.path("precision").asText("")),
        batch > 0 ? batch : BATCH_DEFAULT,
        new Machine(
            root.at("/program/classesHash").asText(""),
            root.at("/program/tensorflow").asText(""),
            root.at("/machine/device").asText("")));
  }

  /** Where nothing is told. */
  static Origin unknown() {
    return new Origin("", "", "", Precision.FP32, BATCH_DEFAULT, new Machine("", "", ""));
  }

  private static Precision precision(String name) {
    return name.toUpperCase(Locale.ROOT).equals(Precision.BF16.name())
        ? Precision.BF16
        : Precision.FP32;
  }
}
