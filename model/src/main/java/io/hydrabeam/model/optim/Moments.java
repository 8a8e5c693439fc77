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
 * Adam's two moments (arXiv 1412.6980): {@code m ← β1·m + (1 − β1)·g}, {@code v ← β2·v + (1 −
 * β2)·g²}.
 */
final class Moments {

  static final double BETA1 = 0.9;

  static final double BETA2 = 0.999;

  private static final String FIRST = "adamw/m";

  private static final String SECOND = "adamw/v";

  /** Their names. */
  static final List<String> SLOTS = List.of(FIRST, SECOND);

  private final GraphVariable first;

  private final GraphVariable second;

  /** Declares the moments of parameters of that shape. */
  Moments(Ops tf, Shape shape) {
    first = GraphVariable.create(tf, FIRST, TFloat32.class, shape);
    second = GraphVariable.create(tf, SECOND, TFloat32.class, shape);
  }

  Map<String, GraphVariable> slots() {
    Map<String, GraphVariable> slots = new LinkedHashMap<>();
    slots.put(FIRST, first);
    slots.put(SECOND, second);
    return slots;
  }

  /** Both after a step. */
  record Next(Operand<TFloat32> first, Operand<TFloat32> second) {}

  Next next(Ops tf, Operand<TFloat32> gradient) {
    return new Next(
        tf.math.add(
            tf.math.mul(first.read(TFloat32.class), tf.constant((float) BETA1)),
            tf.math.mul(gradient, tf.constant((float) (1 - BETA1)))),
        tf.math.add(
            tf.math.mul(second.read(TFloat32.class), tf.constant((float) BETA2)),
            tf.math.mul(tf.math.mul(gradient, gradient), tf.constant((float) (1 - BETA2)))));
  }

  /** The operations of an update. */
  List<Op> update(GraphVariable parameters, Operand<TFloat32> values, Next next) {
    return List.of(
        parameters.assign(values), first.assign(next.first()), second.assign(next.second()));
  }

  /** A step's number, which must be 1 at least. */
  static long checked(long step) {
    if (step < 1) {
      throw new IllegalArgumentException("step (%d) counts from 1".formatted(step));
    }
    return step;
  }
}
