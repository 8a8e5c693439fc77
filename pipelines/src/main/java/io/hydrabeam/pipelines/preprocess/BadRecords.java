package io.hydrabeam.pipelines.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The list of rejected inputs, a JSON object per line: {@code what} and {@code reason}. */
final class BadRecords {
  static final String FILE = "bad_records.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private BadRecords() {}

  static byte[] write(List<Failure> failures) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Failure failure : failures) {
      ObjectNode line = JSON.createObjectNode();
      line.put("what", failure.getWhat()).put("reason", failure.getReason());
      lines.append(JSON.writeValueAsString(line)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  static List<Failure> read(byte[] file) throws IOException {
    List<Failure> failures = new ArrayList<>();
    for (String line : new String(file, StandardCharsets.UTF_8).lines().toList()) {
      JsonNode node = JSON.readTree(line);
      failures.add(
          Failure.newBuilder()
              .setWhat(node.path("what").asText())
              .setReason(node.path("reason").asText())
              .build());
    }
    return failures;
  }

  /**
   * The failure of a stage that met too many.
   *
   * @param lines at least one, "what: reason"
   * @param count of all of them
   */
  static HydraException tooMany(List<String> lines, long count, long allowed) {
    return HydraException.failed(
        "%s%s; nothing was committed, --maxBadRecords=%d allows %s"
            .formatted(
                lines.get(0),
                count == 1 ? "" : " (and %d more bad records)".formatted(count - 1),
                allowed,
                allowed == 0 ? "none" : "no more"));
  }
}
