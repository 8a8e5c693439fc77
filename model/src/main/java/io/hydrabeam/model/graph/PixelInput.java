package io.hydrabeam.model.graph;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.layers.Batch;
import io.hydrabeam.protos.Normalization;
import java.util.Arrays;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * A graph's image input of a fixed batch size, and how any number of images goes through it: in
 * batches, the last one padded with black, so that the shape never changes and the graph is
 * prepared once.
 */
public final class PixelInput {

  private final int batch;
  private final int size;
  private final Placeholder<TUint8> pixels;

  /**
   * Declares the input {@code [batch, size, size, 3]} uint8 RGB.
   *
   * @param batch images that one run takes, or {@link Batch#ANY}
   * @param size side of the square images, pixels
   */
  public PixelInput(Ops tf, int batch, int size) {
    this.batch = batch;
    this.size = size;
    this.pixels = tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(batch, size, size, 3)));
  }

  /** Name of the operation that takes the pixels. */
  public String operation() {
    return pixels.op().name();
  }

  /** {@code [batch, size, size, 3]}. */
  public Shape shape() {
    return pixels.asOutput().shape();
  }

  /** Images that one run takes. */
  public int batch() {
    return batch;
  }

  /** The normalised images {@code [batch, size, size, 3]}. */
  public Operand<TFloat32> images(Ops tf, Normalization normalization) {
    return Normalize.call(tf, pixels, normalization);
  }

  /**
   * Runs {@code count} images through a graph.
   *
   * @param fetched {@code [batch, columns]}
   * @param images {@code [count, size, size, 3]}
   * @return {@code [count][columns]}
   */
  public float[][] run(Session session, Operand<TFloat32> fetched, byte[] images, int count) {
    int image = size * size * 3;
    float[][] rows = new float[count][];
    for (int start = 0; start < count; start += batch) {
      int filled = Math.min(batch, count - start);
      byte[] part = new byte[batch * image];
      System.arraycopy(images, start * image, part, 0, filled * image);
      try (TUint8 fed = Tensors.bytes(part, batch, size, size, 3);
          var result = session.runner().feed(pixels, fed).fetch(fetched).run()) {
        float[] values = Tensors.toArray((TFloat32) result.get(0));
        int columns = values.length / batch;
        for (int i = 0; i < filled; i++) {
          rows[start + i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
        }
      }
    }
    return rows;
  }
}
