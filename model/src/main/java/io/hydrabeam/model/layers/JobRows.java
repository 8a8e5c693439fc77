package io.hydrabeam.model.layers;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Rows of the jobs that are stacked in a graph: equal parts of one tensor {@code [jobs·rows,
 * columns]}, job after job. What the jobs share acts on all rows at once; what is a job's own acts
 * on its part, all parts in one operation. No value of a job enters another's, so that a job which
 * diverges leaves the others alone.
 */
public final class JobRows {

  private JobRows() {}

  /** {@code [jobs·rows, columns] -> [jobs, rows, columns]}. */
  public static <T extends TFloating> Operand<T> split(Ops tf, Operand<T> x, int jobs) {
    long[] shape = x.shape().asArray();
    return tf.reshape(x, tf.constant(new long[] {jobs, shape[0] / jobs, shape[1]}));
  }

  /** {@code [jobs, rows, columns] -> [jobs·rows, columns]}. */
  public static <T extends TFloating> Operand<T> join(Ops tf, Operand<T> x) {
    long[] shape = x.shape().asArray();
    return tf.reshape(x, tf.constant(new long[] {shape[0] * shape[1], shape[2]}));
  }

  /**
   * {@code y = x·W + b} with each job's own W and b.
   *
   * @param x {@code [jobs·rows, in]}
   * @param kernel {@code [jobs, in, out]}; of a single job {@code [in, out]}
   * @param bias {@code [jobs, out]}; of a single job {@code [out]}; empty for none
   * @return {@code [jobs·rows, out]}
   */
  static <T extends TFloating> Operand<T> linear(
      Ops tf, Operand<T> x, Operand<T> kernel, Optional<Operand<T>> bias, int jobs) {
    if (jobs == 1) {
      Operand<T> product = tf.linalg.matMul(x, kernel);
      return bias.isPresent() ? tf.nn.biasAdd(product, bias.get()) : product;
    }
    Operand<T> products = tf.linalg.einsum(List.of(split(tf, x, jobs), kernel), "jri,jio->jro");
    return join(
        tf,
        bias.isPresent()
            ? tf.math.add(products, tf.expandDims(bias.get(), tf.constant(1)))
            : products);
  }
}
