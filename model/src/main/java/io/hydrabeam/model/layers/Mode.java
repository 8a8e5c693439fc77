package io.hydrabeam.model.layers;

import io.hydrabeam.model.params.ParameterSeeds;
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

  private Mode(long seed, Optional<Operand<TInt64>> step) {
    this.seed = seed;
    this.step = step;
  }

  /** Evaluation: nothing is random. */
  public static Mode evaluation() {
    return new Mode(0, Optional.empty());
  }

  /** Training with draws that depend on {@code seed} and the scalar {@code step}. */
  public static Mode training(long seed, Operand<TInt64> step) {
    return new Mode(seed, Optional.of(step));
  }

  /** Whether random layers act. */
  public boolean isTraining() {
    return step.isPresent();
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
        tf.random.statelessRandomUniform(
            tf.constant(shape.asArray()), tf.stack(java.util.List.of(key, at)));
    // Behind a comparison: random operations have no gradient.
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(uniform, tf.constant((float) rate)), TFloat32.class);
    return tf.math.mul(kept, tf.constant((float) (1 / (1 - rate))));
  }
}
