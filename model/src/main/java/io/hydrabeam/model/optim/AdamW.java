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
 * AdamW (arXiv 1711.05101) with PyTorch's epsilon, which is added after the bias correction:
 *
 * <pre>
 *   w ← w·(1 − lr·decay)
 *   m ← β1·m + (1 − β1)·g        v ← β2·v + (1 − β2)·g²
 *   w ← w − lr/(1 − β1ᵗ) · m / (√v / √(1 − β2ᵗ) + ε)
 * </pre>
 *
 * <p>All on flat vectors {@code [parameters]}; decay acts on every parameter, biases included, as
 * in the original. TensorFlow's own {@code ResourceApplyAdam} adds epsilon before the correction.
 */
public final class AdamW implements FlatOptimizer {

  public static final double EPSILON_DEFAULT = 1e-8;

  private static final int SCALARS = 3;

  private final Moments moments;

  /** Declares the moments of parameters of that shape. */
  public AdamW(Ops tf, Shape shape) {
    moments = new Moments(tf, shape);
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
    return new float[] {
      (float) (1 - learningRate * weightDecay),
      (float) (learningRate / (1 - Math.pow(Moments.BETA1, t))),
      (float) (1 / Math.sqrt(1 - Math.pow(Moments.BETA2, t)))
    };
  }

  @Override
  public List<Op> update(
      Ops tf, GraphVariable parameters, Operand<TFloat32> gradient, Operand<TFloat32> scalars) {
    List<? extends Operand<TFloat32>> parts = tf.unstack(scalars, (long) SCALARS).output();
    Operand<TFloat32> keep = parts.get(0);
    Operand<TFloat32> stepSize = parts.get(1);
    Operand<TFloat32> correction = parts.get(2);
    Moments.Next next = moments.next(tf, gradient);
    Operand<TFloat32> denominator =
        tf.math.add(
            tf.math.mul(tf.math.sqrt(next.second()), correction),
            tf.constant((float) EPSILON_DEFAULT));
    Operand<TFloat32> values =
        tf.math.sub(
            tf.math.mul(parameters.read(TFloat32.class), keep),
            tf.math.mul(tf.math.div(next.first(), denominator), stepSize));
    return moments.update(parameters, values, next);
  }
}
