package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The first token of each sequence. */
final class FirstToken {

  private FirstToken() {}

  /** {@code [batch·tokens, width] -> [batch, width]}. */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> x, int batch, EncoderConfig config) {
    int width = config.width();
    Operand<TFloat32> sequences =
        tf.reshape(x, tf.constant(new int[] {batch, config.tokens() * width}));
    return tf.slice(sequences, tf.constant(new int[2]), tf.constant(new int[] {batch, width}));
  }
}
