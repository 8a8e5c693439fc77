package io.hydrabeam.model.layers;

import io.hydrabeam.model.params.ParameterSeeds;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Whether a graph trains (random layers act) or evaluates (they pass their input on).
 *
 * <p>Draws are functions of (run seed, name of the draw, step), so a resumed run repeats them and
 * no generator state has to be stored.
 */
public final class Mode {

  private final long seed;
  private final Optional<Operand<TInt64>> step;
  private final boolean fused;
  private final int stride;

  private Mode(long seed, Optional<Operand<TInt64>> step, boolean fused, int stride) {
    this.seed = seed;
    this.step = step;
    this.fused = fused;
    this.stride = stride;
  }

  /**
   * Evaluation: nothing is random.
   *
   * @param fused whether {@link Fused} functions are used
   */
  public static Mode evaluation(boolean fused) {
    return new Mode(0, Optional.empty(), fused, 1);
  }

  /**
   * Training with draws that depend on {@code seed} and the scalar {@code step}.
   *
   * @param fused whether {@link Fused} functions are used
   */
  public static Mode training(long seed, Operand<TInt64> step, boolean fused) {
    return new Mode(seed, Optional.of(step), fused, 1);
  }

  /** The same for layers that see the first of every {@code tokens} rows only. */
  Mode ofFirst(int tokens) {
    return new Mode(seed, step, fused, tokens);
  }

  /** Whether functions that are compiled as one pass over memory are used. */
  boolean isFused() {
    return fused;
  }

  /** Whether random layers act. */
  public boolean isTraining() {
    return step.isPresent();
  }

  /**
   * As {@link #mask} for {@code rows} of which only the first of several may be seen; it gets what
   * it would get among all.
   *
   * @return {@code [rows, columns]}
   */
  Operand<TFloat32> rowMask(Ops tf, String name, long rows, long columns, double rate) {
    Operand<TFloat32> all = mask(tf, name, Shape.of(rows * stride, columns), rate);
    if (stride == 1) {
      return all;
    }
    return tf.slice(
        tf.reshape(all, tf.constant(new long[] {rows, stride * columns})),
        tf.constant(new long[2]),
        tf.constant(new long[] {rows, columns}));
  }

  /**
   * Zero with probability {@code rate}, else {@code 1 / (1 - rate)}, so that the expectation stays.
   *
   * @param name of the draw, unique in the graph
   * @throws IllegalStateException outside training
   */
  Operand<TFloat32> mask(Ops tf, String name, Shape shape, double rate) {
    Operand<TInt64> at =
        step.orElseThrow(() -> new IllegalStateException("random draws are for training only"));
    Operand<TInt64> key = tf.constant(ParameterSeeds.of(seed, name));
    Operand<TFloat32> uniform =
        tf.random.statelessRandomUniform(tf.constant(shape.asArray()), tf.stack(List.of(key, at)));
    // Behind a comparison: random operations have no gradient.
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(uniform, tf.constant((float) rate)), TFloat32.class);
    return tf.math.mul(kept, tf.constant((float) (1 / (1 - rate))));
  }
}
