package io.hydrabeam.model.params;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import java.util.Map;

/** Which parameters a backbone and its head have, whatever the backbone is. */
public final class BackboneParameters {

  private BackboneParameters() {}

  /**
   * Canonical name to shape of everything but the head, in the order of the forward pass. The map
   * is the caller's.
   */
  public static Map<String, int[]> shapes(BackboneConfig config) {
    return config instanceof RobertaConfig roberta
        ? RobertaParameters.shapes(roberta)
        : VitParameters.shapes((VitConfig) config);
  }

  /**
   * Canonical name to shape of the classifier.
   *
   * @param classes number of classes, positive
   */
  public static Map<String, int[]> headShapes(BackboneConfig config, int classes) {
    if (classes <= 0) {
      throw new IllegalArgumentException("classes (%d) must be positive".formatted(classes));
    }
    return config instanceof RobertaConfig roberta
        ? RobertaParameters.headShapes(roberta, classes)
        : VitParameters.headShapes((VitConfig) config, classes);
  }
}
