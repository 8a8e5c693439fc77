package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Stochastic depth (arXiv 1603.09382): a residual branch is dropped for whole samples with
 * probability {@code rate}, and survivors are divided by {@code 1 - rate}.
 */
final class DropPath {

  private final String name;
  private final double rate;

  DropPath(String name, double rate) {
    this.name = name;
    this.rate = rate;
  }

  /**
   * Drops samples of {@code x [batch·tokens, width]} in training.
   *
   * @return the same shape
   */
  Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, int batch, int tokens, int width, Mode mode) {
    if (!mode.isTraining() || rate == 0) {
      return x;
    }
    Operand<TFloat32> mask = mode.mask(tf, name, Shape.of(batch, 1, 1), rate);
    Operand<TFloat32> samples = tf.reshape(x, tf.constant(new int[] {batch, tokens, width}));
    return tf.reshape(tf.math.mul(samples, mask), tf.constant(new int[] {batch * tokens, width}));
  }
}
