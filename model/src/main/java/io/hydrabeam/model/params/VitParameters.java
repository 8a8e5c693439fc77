package io.hydrabeam.model.params;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.VitConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which parameters a vision transformer has, and their shapes. */
public final class VitParameters {

  private VitParameters() {}

  /**
   * Canonical name to shape of everything but the head, in the order of the forward pass. The map
   * is the caller's.
   */
  public static Map<String, int[]> shapes(VitConfig config) {
    int width = config.width();
    int patch = config.patchSize();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put(ParameterName.PATCH_KERNEL, new int[] {patch, patch, 3, width});
    if (!config.isClip()) {
      shapes.put(ParameterName.PATCH_BIAS, new int[] {width});
    }
    shapes.put(ParameterName.CLASS_TOKEN, new int[] {1, 1, width});
    shapes.put(ParameterName.POSITION, new int[] {1, config.tokens(), width});
    if (config.isClip()) {
      EncoderParameters.putNorm(shapes, ParameterName.EMBEDDING_NORM, width);
    }
    EncoderParameters.putBlocks(shapes, "", config.encoder());
    EncoderParameters.putNorm(shapes, ParameterName.FINAL_NORM, width);
    if (config.isClip()) {
      shapes.put(ParameterName.PROJECTION, new int[] {width, config.embedding()});
    }
    return shapes;
  }

  /**
   * Canonical name to shape of the classifier.
   *
   * @param classes number of classes, positive
   */
  public static Map<String, int[]> headShapes(VitConfig config, int classes) {
    if (classes <= 0) {
      throw new IllegalArgumentException("classes (%d) must be positive".formatted(classes));
    }
    Map<String, int[]> shapes = new LinkedHashMap<>();
    EncoderParameters.putDense(shapes, ParameterName.HEAD, config.featureWidth(), classes);
    return shapes;
  }

  /** Canonical name to shape of the running statistics of a batch normalisation before the head. */
  public static Map<String, int[]> statisticsShapes(BackboneConfig config) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put(ParameterName.HEAD_MEAN, new int[] {config.featureWidth()});
    shapes.put(ParameterName.HEAD_VARIANCE, new int[] {config.featureWidth()});
    return shapes;
  }

  /** How many numbers tensors of these shapes hold together. */
  public static long count(Map<String, int[]> shapes) {
    long total = 0;
    for (int[] shape : shapes.values()) {
      long size = 1;
      for (int extent : shape) {
        size = Math.multiplyExact(size, extent);
      }
      total = Math.addExact(total, size);
    }
    return total;
  }
}
