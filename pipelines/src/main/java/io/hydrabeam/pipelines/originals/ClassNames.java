package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.common.HydraException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Classes that are numbered in the order of their names. */
record ClassNames(List<String> names) {

  ClassNames {
    names = List.copyOf(names);
  }

  /** Of names that may repeat. */
  static ClassNames of(Collection<String> names) {
    return new ClassNames(List.copyOf(new TreeSet<>(names)));
  }

  /** The number of a class. */
  int label(String name) {
    int label = names.indexOf(name);
    if (label < 0) {
      throw HydraException.failed("there is no class %s".formatted(name));
    }
    return label;
  }
}
