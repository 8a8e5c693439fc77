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
 * AdamW as Hugging Face's library had it, which the original's GLUE experiment uses: epsilon is
 * added before the bias correction, decay acts after the step, and on no bias or norm:
 *
 * <pre>
 *   w ← w − lr·√(1 − β2ᵗ)/(1 − β1ᵗ) · m / (√v + ε)
 *   w ← w − lr·decay·mask·w
 * </pre>
 */
public final class TransformersAdamW implements FlatOptimizer {

  private static final int SCALARS = 2;

  private final Moments moments;

  private final DecayMask mask;

  /** Declares the moments of parameters of that shape. */
  public TransformersAdamW(Ops tf, Shape shape, DecayMask mask) {
    this.moments = new Moments(tf, shape);
    this.mask = mask;
  }

  @Override
  public Map<String, GraphVariable> slots() {
    return moments.slots();
  }

  @Override
  public int scalars() {
    return SCALARS;
  }

  @Override
  public float[] stepScalars(double learningRate, double weightDecay, long step) {
    double t = (double) Moments.checked(step);
    double correction =
        Math.sqrt(1 - Math.pow(Moments.BETA2, t)) / (1 - Math.pow(Moments.BETA1, t));
    return new float[] {(float) (learningRate * correction), (float) (learningRate * weightDecay)};
  }

  @Override
  public List<Op> update(
      Ops tf, GraphVariable parameters, Operand<TFloat32> gradient, Operand<TFloat32> scalars) {
    List<? extends Operand<TFloat32>> parts = tf.unstack(scalars, (long) SCALARS).output();
    Moments.Next next = moments.next(tf, gradient);
    Operand<TFloat32> step =
        tf.math.div(
            tf.math.mul(next.first(), parts.get(0)),
            tf.math.add(tf.math.sqrt(next.second()), tf.constant((float) AdamW.EPSILON_DEFAULT)));
    Operand<TFloat32> moved = tf.math.sub(parameters.read(TFloat32.class), step);
    Operand<TFloat32> decayed =
        tf.math.sub(moved, tf.math.mul(tf.math.mul(mask.add(tf), parts.get(1)), moved));
    return moments.update(parameters, decayed, next);
  }
}
