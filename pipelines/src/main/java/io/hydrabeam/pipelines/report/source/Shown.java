package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.image.RgbImage;

/** A record as a page shows it. */
public sealed interface Shown {

  /** An image, small. */
  record Picture(RgbImage image) implements Shown {}

  /**
   * A text.
   *
   * @param first sentence, cut where it is long
   * @param second sentence; empty where there is none
   */
  record Sentences(String first, String second) implements Shown {}
}
