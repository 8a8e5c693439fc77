package io.hydrabeam.pipelines.originals;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Which split an archive's image belongs to, where lists tell it. */
record SplitLists(Map<String, String> splitOf) {

  /** Of a data set whose splits have no key in common. */
  static SplitLists of(PublishedData data, Set<String> splits) throws IOException {
    Map<String, String> splitOf = new HashMap<>();
    data.list(splits)
        .forEach(
            (split, examples) -> examples.forEach(example -> splitOf.put(example.key(), split)));
    return new SplitLists(splitOf);
  }

  /** Shows an image, if it is listed. */
  boolean visit(String key, Pixels pixels, PublishedData.Visitor visitor) throws IOException {
    String split = splitOf.get(key);
    return split == null || visitor.visit(split, key, pixels);
  }

  /** The lines of a list that are not blank, without what is blank around them. */
  static Stream<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty());
  }
}
