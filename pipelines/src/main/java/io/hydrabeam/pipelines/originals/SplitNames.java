package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.common.HydraException;
import java.util.Map;

/**
 * What the files of a data set call its splits.
 *
 * @param names by split
 */
record SplitNames(Map<String, String> names) {

  SplitNames {
    names = Map.copyOf(names);
  }

  /**
   * The name of a split.
   *
   * @throws HydraException usage, if the data set has no such split
   */
  String of(String split) {
    String name = names.get(split);
    if (name == null) {
      throw HydraException.usage(
          "there is no split %s; the data set has %s".formatted(split, names.keySet()));
    }
    return name;
  }
}
