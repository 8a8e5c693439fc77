package io.hydrabeam.model.params;

import static io.hydrabeam.model.params.ParameterName.bias;
import static io.hydrabeam.model.params.ParameterName.kernel;
import static io.hydrabeam.model.params.ParameterName.scale;

import io.hydrabeam.model.EncoderConfig;
import java.util.Map;

/** The parameters of the parts that all towers are made of. */
final class EncoderParameters {

  private EncoderParameters() {}

  /**
   * Adds those of the blocks.
   *
   * @param tower what the names start with
   */
  static void putBlocks(Map<String, int[]> shapes, String tower, EncoderConfig config) {
    int width = config.width();
    for (int block = 0; block < config.depth(); block++) {
      putNorm(shapes, tower + ParameterName.norm1(block), width);
      putDense(shapes, tower + ParameterName.qkv(block), width, Math.multiplyExact(3, width));
      putDense(shapes, tower + ParameterName.projection(block), width, width);
      putNorm(shapes, tower + ParameterName.norm2(block), width);
      putDense(shapes, tower + ParameterName.fc1(block), width, config.mlpWidth());
      putDense(shapes, tower + ParameterName.fc2(block), config.mlpWidth(), width);
    }
  }

  static void putDense(Map<String, int[]> shapes, String scope, int in, int out) {
    shapes.put(kernel(scope), new int[] {in, out});
    shapes.put(bias(scope), new int[] {out});
  }

  static void putNorm(Map<String, int[]> shapes, String scope, int width) {
    shapes.put(scale(scope), new int[] {width});
    shapes.put(bias(scope), new int[] {width});
  }
}
