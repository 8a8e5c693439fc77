package io.hydrabeam.model.graph;

import io.hydrabeam.protos.Normalization;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Pixels to model input inside the graph: {@code (pixel / 255 - mean) / deviation} per channel.
 *
 * <p>The original feeds ImageNet's statistics to a checkpoint that was trained with mean and
 * deviation 0.5; which one is right belongs to the backbone, so it is a property of the run.
 */
public final class Normalize {

  private Normalize() {}

  /**
   * Normalises.
   *
   * @param pixels {@code [batch, height, width, 3]}, RGB
   * @return the same shape in float
   */
  public static Operand<TFloat32> call(
      Ops tf, Operand<TUint8> pixels, Normalization normalization) {
    float[] mean = mean(normalization);
    float[] deviation = deviation(normalization);
    float[] factor = new float[3];
    float[] offset = new float[3];
    for (int c = 0; c < 3; c++) {
      factor[c] = (float) (1 / (255.0 * deviation[c]));
      offset[c] = (float) (-mean[c] / (double) deviation[c]);
    }
    Operand<TFloat32> values = tf.dtypes.cast(pixels, TFloat32.class);
    return tf.math.add(tf.math.mul(values, tf.constant(factor)), tf.constant(offset));
  }

  private static float[] mean(Normalization normalization) {
    return switch (normalization) {
      case IMAGENET -> new float[] {0.485f, 0.456f, 0.406f};
      case HALF -> new float[] {0.5f, 0.5f, 0.5f};
      case NONE -> new float[3];
      case CLIP -> new float[] {0.48145467f, 0.4578275f, 0.40821072f};
      case UNRECOGNIZED -> throw new IllegalArgumentException("unknown normalization");
    };
  }

  private static float[] deviation(Normalization normalization) {
    return switch (normalization) {
      case IMAGENET -> new float[] {0.229f, 0.224f, 0.225f};
      case HALF -> new float[] {0.5f, 0.5f, 0.5f};
      case NONE -> new float[] {1, 1, 1};
      case CLIP -> new float[] {0.26862955f, 0.2613026f, 0.2757771f};
      case UNRECOGNIZED -> throw new IllegalArgumentException("unknown normalization");
    };
  }
}
