package io.hydrabeam.model.train;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What training makes small. Logits and targets are {@code [batch, classes]}, targets 0 or 1. */
final class Losses {

  private Losses() {}

  /** Mean over the batch of the softmax's cross-entropy; the sparse form has no gradient here. */
  static Operand<TFloat32> crossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets) {
    Operand<TFloat32> perImage = tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss();
    return tf.math.mean(perImage, tf.constant(0));
  }

  /**
   * Mean over batch and classes of the sigmoid's cross-entropy, {@code softplus(x) − x·t}, which
   * overflows nowhere.
   */
  static Operand<TFloat32> binaryCrossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets) {
    Operand<TFloat32> each = tf.math.sub(tf.math.softplus(logits), tf.math.mul(logits, targets));
    return tf.math.mean(each, tf.constant(new int[] {0, 1}));
  }
}
