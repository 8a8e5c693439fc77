package io.hydrabeam.model.optim;

import io.hydrabeam.model.graph.GraphVariable;
import java.util.LinkedHashMap;
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

  public static final double BETA1_DEFAULT = 0.9;
  public static final double BETA2_DEFAULT = 0.999;
  public static final double EPSILON_DEFAULT = 1e-8;

  private static final int SCALARS = 3;
  private static final String FIRST = "adamw/m";
  private static final String SECOND = "adamw/v";

  /** What it remembers, by name. */
  static final List<String> SLOTS = List.of(FIRST, SECOND);

  private final GraphVariable firstMoment;
  private final GraphVariable secondMoment;

  /** Declares the moments of parameters of that shape. */
  public AdamW(Ops tf, Shape shape) {
    firstMoment = GraphVariable.create(tf, FIRST, TFloat32.class, shape);
    secondMoment = GraphVariable.create(tf, SECOND, TFloat32.class, shape);
  }

  @Override
  public Map<String, GraphVariable> slots() {
    Map<String, GraphVariable> slots = new LinkedHashMap<>();
    slots.put(FIRST, firstMoment);
    slots.put(SECOND, secondMoment);
    return slots;
  }

  @Override
  public int scalars() {
    return SCALARS;
  }

  @Override
  public float[] stepScalars(double learningRate, double weightDecay, long step) {
    if (step < 1) {
      throw new IllegalArgumentException("step (%d) counts from 1".formatted(step));
    }
    double t = (double) step;
    return new float[] {
      (float) (1 - learningRate * weightDecay),
      (float) (learningRate / (1 - Math.pow(BETA1_DEFAULT, t))),
      (float) (1 / Math.sqrt(1 - Math.pow(BETA2_DEFAULT, t)))
    };
  }

  @Override
  public List<Op> update(
      Ops tf, GraphVariable parameters, Operand<TFloat32> gradient, Operand<TFloat32> scalars) {
    List<? extends Operand<TFloat32>> parts = tf.unstack(scalars, (long) SCALARS).output();
    Operand<TFloat32> keep = parts.get(0);
    Operand<TFloat32> stepSize = parts.get(1);
    Operand<TFloat32> correction = parts.get(2);
    Operand<TFloat32> m =
        tf.math.add(
            tf.math.mul(firstMoment.read(TFloat32.class), tf.constant((float) BETA1_DEFAULT)),
            tf.math.mul(gradient, tf.constant((float) (1 - BETA1_DEFAULT))));
    Operand<TFloat32> v =
        tf.math.add(
            tf.math.mul(secondMoment.read(TFloat32.class), tf.constant((float) BETA2_DEFAULT)),
            tf.math.mul(tf.math.mul(gradient, gradient), tf.constant((float) (1 - BETA2_DEFAULT))));
    Operand<TFloat32> denominator =
        tf.math.add(tf.math.mul(tf.math.sqrt(v), correction), tf.constant((float) EPSILON_DEFAULT));
    Operand<TFloat32> next =
        tf.math.sub(
            tf.math.mul(parameters.read(TFloat32.class), keep),
            tf.math.mul(tf.math.div(m, denominator), stepSize));
    return List.of(parameters.assign(next), firstMoment.assign(m), secondMoment.assign(v));
  }
}
