package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.Catalog;
import java.util.Locale;

/** How hyper-parameters are chosen. */
public enum Tuning {
  /** Not at all: command line, catalog and defaults say. */
  NONE,
  /**
   * By a grid over learning rate and scale, trained on a part and scored on the validation images.
   */
  VAL200,
  /** ELEVATER's search of learning rate and weight decay, scored on the validation images. */
  SWEEP;

  /** As it is stored in a job's key. */
  public String keyText() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a benchmark does by default. */
  static Tuning of(Catalog catalog) {
    return catalog.getTune().isEmpty() ? NONE : valueOf(catalog.getTune().toUpperCase(Locale.ROOT));
  }
}
