package io.hydrabeam.model.train;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What training makes small. Logits and targets are {@code [batch, classes]}, targets 0 or 1; of
 * stacked jobs {@code [jobs·batch, classes]}, and each has a loss of its own.
 */
final class Losses {

  private Losses() {}

  /** The loss that a head is trained with. */
  static Operand<TFloat32> of(
      HeadConfig.Loss loss, Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets, int jobs) {
    return switch (loss) {
      case CROSS_ENTROPY -> crossEntropy(tf, logits, targets, jobs);
      case BINARY_CROSS_ENTROPY -> binaryCrossEntropy(tf, logits, targets, jobs);
      case SQUARED_ERROR -> squaredError(tf, logits, targets, jobs);
    };
  }

  /**
   * Mean over the batch of the softmax's cross-entropy; the sparse form has no gradient here.
   *
   * @return a scalar, or {@code [jobs]}
   */
  static Operand<TFloat32> crossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets, int jobs) {
    Operand<TFloat32> perImage = tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss();
    return jobs == 1 ? tf.math.mean(perImage, tf.constant(0)) : meanOfEach(tf, perImage, jobs);
  }

  /**
   * Mean over batch and classes of the sigmoid's cross-entropy, {@code softplus(x) − x·t}, which
   * overflows nowhere.
   *
   * @return a scalar, or {@code [jobs]}
   */
  static Operand<TFloat32> binaryCrossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets, int jobs) {
    Operand<TFloat32> each = tf.math.sub(tf.math.softplus(logits), tf.math.mul(logits, targets));
    return jobs == 1
        ? tf.math.mean(each, tf.constant(new int[] {0, 1}))
        : meanOfEach(tf, each, jobs);
  }

  /**
   * Mean over the batch of the squared error.
   *
   * @return a scalar, or {@code [jobs]}
   */
  static Operand<TFloat32> squaredError(
      Ops tf, Operand<TFloat32> numbers, Operand<TFloat32> targets, int jobs) {
    Operand<TFloat32> difference = tf.math.sub(numbers, targets);
    Operand<TFloat32> each = tf.math.mul(difference, difference);
    return jobs == 1
        ? tf.math.mean(each, tf.constant(new int[] {0, 1}))
        : meanOfEach(tf, each, jobs);
  }

  private static Operand<TFloat32> meanOfEach(Ops tf, Operand<TFloat32> values, int jobs) {
    Operand<TFloat32> ofJobs = tf.reshape(values, tf.constant(new int[] {jobs, -1}));
    return tf.math.mean(ofJobs, tf.constant(1));
  }
}
