package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** The first token of each sequence. */
final class FirstToken {

  private FirstToken() {}

  /** {@code [batch·tokens, width] -> [batch, width]}. */
  static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> x, int batch, EncoderConfig config) {
    int width = config.width();
    Operand<T> sequences = tf.reshape(x, tf.constant(new int[] {batch, config.tokens() * width}));
    return tf.slice(sequences, tf.constant(new int[2]), tf.constant(new int[] {batch, width}));
  }
}
