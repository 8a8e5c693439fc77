package io.hydrabeam.model.params;

import io.hydrabeam.model.RobertaConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which parameters a RoBERTa has, and their shapes. */
final class RobertaParameters {

  private RobertaParameters() {}

  /** Of everything but the head, in the order of the forward pass. */
  static Map<String, int[]> shapes(RobertaConfig config) {
    int width = config.width();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put(ParameterName.TOKEN, new int[] {config.vocabulary(), width});
    shapes.put(ParameterName.POSITION, new int[] {config.positions(), width});
    shapes.put(ParameterName.SEGMENT, new int[] {1, width});
    EncoderParameters.putNorm(shapes, ParameterName.EMBEDDING_NORM, width);
    EncoderParameters.putBlocks(shapes, "", config.encoder(1));
    return shapes;
  }

  /** Of the classifier: a layer of the feature's width, then the classes. */
  static Map<String, int[]> headShapes(RobertaConfig config, int classes) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    EncoderParameters.putDense(shapes, ParameterName.HEAD_DENSE, config.width(), config.width());
    EncoderParameters.putDense(shapes, ParameterName.HEAD, config.width(), classes);
    return shapes;
  }
}
