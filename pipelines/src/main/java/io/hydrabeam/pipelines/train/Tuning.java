package io.hydrabeam.pipelines.train;

import java.util.Locale;

/** How hyper-parameters are chosen. */
public enum Tuning {
  /** Not at all: command line, catalog and defaults say. */
  NONE,
  /** By a grid, trained on train800 and scored on the 200 validation images. */
  VAL200;

  /** As it is stored in a job's key. */
  public String keyText() {
    return name().toLowerCase(Locale.ROOT);
  }
}
