package io.hydrabeam.pipelines.preprocess;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/** Plans by name, as they travel with a DoFn. */
final class Plans<T extends Serializable> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, T> byName;

  Plans(Map<String, T> byName) {
    this.byName = new HashMap<>(byName);
  }

  /** The plan of that name, which must be there. */
  T get(String name) {
    T plan = byName.get(name);
    if (plan == null) {
      throw new IllegalStateException("no plan for " + name);
    }
    return plan;
  }
}
