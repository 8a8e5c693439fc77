package io.hydrabeam.model.layers;

import io.hydrabeam.protos.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * Whether a graph trains (random layers act) or evaluates (they pass their input on), and in which
 * number format.
 *
 * <p>Matrix products, attention and the activation compute in T; the residual stream, norms'
 * statistics, what is trained, the head and the loss are in single precision always.
 *
 * <p>Draws are functions of (run seed, name of the draw, step), so a resumed run repeats them and
 * no generator state has to be stored; the first two make its key.
 */
public final class Mode<T extends TFloating> {

  private final Class<T> type;
  private final Function<String, List<Operand<TInt64>>> keys;
  private final Optional<Operand<TInt64>> step;
  private final boolean fused;
  private final int stride;

  private Mode(
      Class<T> type,
      Function<String, List<Operand<TInt64>>> keys,
      Optional<Operand<TInt64>> step,
      boolean fused,
      int stride) {
    this.type = type;
    this.keys = keys;
    this.step = step;
    this.fused = fused;
    this.stride = stride;
  }

  /**
   * Evaluation: nothing is random.
   *
   * @param fused whether {@link Fused} functions are used
   */
  public static Mode<?> evaluation(Precision precision, boolean fused) {
    return new Mode<>(
        typeOf(precision), name -> List.of(noDraws(name)), Optional.empty(), fused, 1);
  }

  /** Evaluation in single precision by plain operations. */
  public static Mode<TFloat32> singlePrecision() {
    return new Mode<>(TFloat32.class, name -> List.of(noDraws(name)), Optional.empty(), false, 1);
  }

  /**
   * Training with draws that depend on a key by name and the scalar {@code step}.
   *
   * @param keys of a name, one for each job whose rows are stacked
   * @param fused whether {@link Fused} functions are used
   */
  public static Mode<?> training(
      Precision precision,
      Function<String, List<Operand<TInt64>>> keys,
      Operand<TInt64> step,
      boolean fused) {
    return new Mode<>(typeOf(precision), keys, Optional.of(step), fused, 1);
  }

  /** The number format of the large matrix products. */
  public static Class<? extends TFloating> typeOf(Precision precision) {
    return precision == Precision.BF16 ? TBfloat16.class : TFloat32.class;
  }

  /** The same for layers that see the first of every {@code tokens} rows only. */
  Mode<T> ofFirst(int tokens) {
    return new Mode<>(type, keys, step, fused, tokens);
  }

  /** The same in single precision. */
  public Mode<TFloat32> wide() {
    return new Mode<>(TFloat32.class, keys, step, fused, stride);
  }

  /** The number format T. */
  Class<T> type() {
    return type;
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
   * @param shape whose first size is that of all stacked jobs together; each draws its own part
   * @throws IllegalStateException outside training
   */
  Operand<TFloat32> mask(Ops tf, String name, Shape shape, double rate) {
    Operand<TInt64> at = step.orElseGet(() -> noDraws(name));
    List<Operand<TInt64>> ofJobs = keys.apply(name);
    long[] part = shape.asArray().clone();
    part[0] /= ofJobs.size();
    List<Operand<TFloat32>> parts = new ArrayList<>();
    for (Operand<TInt64> key : ofJobs) {
      parts.add(tf.random.statelessRandomUniform(tf.constant(part), tf.stack(List.of(key, at))));
    }
    Operand<TFloat32> uniform = parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
    // Behind a comparison: random operations have no gradient.
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(uniform, tf.constant((float) rate)), TFloat32.class);
    return tf.math.mul(kept, tf.constant((float) (1 / (1 - rate))));
  }

  private static Operand<TInt64> noDraws(String name) {
    throw new IllegalStateException("random draws are for training only: " + name);
  }
}
