package io.hydrabeam.pipelines.preprocess;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.protos.ImageDigest;
import io.hydrabeam.protos.ShardSummary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Images with the same pixels (at the target size) in splits that should share none. That
 * train800val200 repeats train800 and val200 is how the benchmark is made, and not reported.
 */
final class Duplicates {
  static final String FILE = "duplicates.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Pictures that occur in several splits, by pixels. */
  private final Map<ByteString, List<Place>> shared;

  private final List<String> splits;

  private Duplicates(Map<ByteString, List<Place>> shared, List<String> splits) {
    this.shared = shared;
    this.splits = splits;
  }

  private record Place(String split, ImageDigest image) {}

  /**
   * Searches the shards of a folder.
   *
   * @param splits in the order in which they are listed
   */
  static Duplicates among(List<String> splits, List<ShardSummary> shards) {
    Map<ByteString, List<Place>> places =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    for (ShardSummary shard : shards) {
      for (ImageDigest image : shard.getImageList()) {
        places
            .computeIfAbsent(image.getPixels(), pixels -> new ArrayList<>(2))
            .add(new Place(shard.getSplit(), image));
      }
    }
    places.values().removeIf(same -> pairs(splits, same).isEmpty());
    return new Duplicates(places, splits);
  }

  /** For each pair of splits the number of pictures that both have, as "val200+test: 3". */
  List<String> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    shared
        .values()
        .forEach(same -> pairs(splits, same).forEach(pair -> counts.merge(pair, 1, Integer::sum)));
    return counts.entrySet().stream()
        .map(count -> count.getKey() + ": " + count.getValue())
        .toList();
  }

  /** A JSON array per line: everywhere a picture occurs, with its labels. */
  byte[] lines() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (List<Place> same : shared.values()) {
      ArrayNode line = JSON.createArrayNode();
      for (Place place : same) {
        ObjectNode node = line.addObject();
        node.put("split", place.split()).put("key", place.image().getKey());
        if (place.image().getLabelCount() == 1) {
          node.put("label", place.image().getLabel(0));
        } else {
          place.image().getLabelList().forEach(node.putArray("labels")::add);
        }
      }
      lines.append(JSON.writeValueAsString(line)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> pairs(List<String> order, List<Place> same) {
    Set<String> splits = new LinkedHashSet<>();
    same.forEach(place -> splits.add(place.split()));
    List<String> ordered = order.stream().filter(splits::contains).toList();
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = i + 1; j < ordered.size(); j++) {
        if (!ordered.get(j).equals(Splits.TRAIN_VALIDATION)) {
          pairs.add(ordered.get(i) + '+' + ordered.get(j));
        }
      }
    }
    return pairs;
  }
}
