package io.hydrabeam.model.layers;

import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Samples that a graph takes in one run: a fixed number, for which TensorFlow prepares the graph
 * once and for all, or {@link #ANY}.
 */
public final class Batch {

  /** As many as are fed. For evaluation by plain operations only. */
  public static final int ANY = -1;

  private Batch() {}

  /** Rows of a batch in a reshape or a slice. */
  public static int rows(int batch, int rowsEach) {
    return batch == ANY ? -1 : batch * rowsEach;
  }

  /**
   * The sizes {@code [batch, rest…]}.
   *
   * @param images whose first size is the batch
   */
  static Operand<TInt32> sizes(Ops tf, Operand<TFloat32> images, int batch, int... rest) {
    if (batch != ANY) {
      return tf.constant(IntStream.concat(IntStream.of(batch), IntStream.of(rest)).toArray());
    }
    Operand<TInt32> fed =
        tf.slice(tf.shape(images), tf.constant(new int[1]), tf.constant(new int[] {1}));
    return tf.concat(List.of(fed, tf.constant(rest)), tf.constant(0));
  }
}
