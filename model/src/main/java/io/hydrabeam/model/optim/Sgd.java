package io.hydrabeam.model.optim;

import io.hydrabeam.model.graph.GraphVariable;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Stochastic gradient descent with momentum and coupled weight decay, as PyTorch has it:
 *
 * <pre>
 *   d ← g + decay·w        b ← 0.9·b + d        w ← w − lr·b
 * </pre>
 *
 * <p>Decay acts on every parameter, biases included, as in the original. The rate multiplies the
 * whole step, so a change of rate acts at once.
 */
public final class Sgd implements FlatOptimizer {

  public static final double MOMENTUM = 0.9;

  private static final String BUFFER = "sgd/momentum";

  /** What it remembers, by name. */
  static final List<String> SLOTS = List.of(BUFFER);

  private static final int SCALARS = 2;

  private final GraphVariable buffer;

  /** Declares the momentum of parameters of that shape. */
  public Sgd(Ops tf, Shape shape) {
    buffer = GraphVariable.create(tf, BUFFER, TFloat32.class, shape);
  }

  @Override
  public Map<String, GraphVariable> slots() {
    return Map.of(BUFFER, buffer);
  }

  @Override
  public int scalars() {
    return SCALARS;
  }

  @Override
  public float[] stepScalars(double learningRate, double weightDecay, long step) {
    return new float[] {(float) learningRate, (float) weightDecay};
  }

  @Override
  public List<Op> update(
      Ops tf, GraphVariable parameters, Operand<TFloat32> gradient, Operand<TFloat32> scalars) {
    List<? extends Operand<TFloat32>> parts = tf.unstack(scalars, (long) SCALARS).output();
    Operand<TFloat32> rate = parts.get(0);
    Operand<TFloat32> decay = parts.get(1);
    Operand<TFloat32> weights = parameters.read(TFloat32.class);
    Operand<TFloat32> change =
        tf.math.add(
            tf.math.mul(buffer.read(TFloat32.class), tf.constant((float) MOMENTUM)),
            tf.math.add(gradient, tf.math.mul(weights, decay)));
    return List.of(
        parameters.assign(tf.math.sub(weights, tf.math.mul(change, rate))), buffer.assign(change));
  }
}
