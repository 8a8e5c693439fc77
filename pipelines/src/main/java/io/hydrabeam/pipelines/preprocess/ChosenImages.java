package io.hydrabeam.pipelines.preprocess;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The list of a sample's images, a JSON object per line in the sample's order: {@code position},
 * {@code key}, {@code labels} and {@code split}.
 */
final class ChosenImages {
  static final String FILE = "chosen.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ChosenImages() {}

  static byte[] write(List<ImageSource.Chosen> images) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      ImageSource.Chosen chosen = images.get(i);
      ObjectNode line = JSON.createObjectNode();
      line.put("position", i).put("key", chosen.image().getKey());
      chosen.image().getLabelList().forEach(line.putArray("labels")::add);
      line.put("split", chosen.split());
      lines.append(JSON.writeValueAsString(line)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
