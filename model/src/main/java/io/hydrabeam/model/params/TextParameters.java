package io.hydrabeam.model.params;

import io.hydrabeam.model.TextConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which parameters CLIP's text tower has, and their shapes. */
public final class TextParameters {

  private TextParameters() {}

  /**
   * Canonical name to shape, in the order of the forward pass; without {@link
   * ParameterName#LOGIT_SCALE}, which no feature depends on. The map is the caller's.
   */
  public static Map<String, int[]> shapes(TextConfig config) {
    int width = config.width();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put(ParameterName.TEXT_TOKEN, new int[] {config.vocabulary(), width});
    shapes.put(ParameterName.TEXT_POSITION, new int[] {config.context(), width});
    EncoderParameters.putBlocks(shapes, ParameterName.TEXT, config.encoder(config.context()));
    EncoderParameters.putNorm(shapes, ParameterName.TEXT_NORM, width);
    shapes.put(ParameterName.TEXT_PROJECTION, new int[] {width, config.embedding()});
    return shapes;
  }
}
