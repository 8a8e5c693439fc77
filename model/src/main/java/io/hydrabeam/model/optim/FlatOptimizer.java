package io.hydrabeam.model.optim;

import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.protos.Optimizer;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * An update rule on one flat vector {@code [parameters]} of everything that is trained; of stacked
 * jobs on {@code [jobs, parameters]}, each row with scalars of its own.
 */
public interface FlatOptimizer {

  /**
   * Declares the optimizer's variables for parameters of that shape.
   *
   * @param mask what decays, where the optimizer makes a difference
   */
  static FlatOptimizer of(Optimizer kind, Ops tf, Shape shape, DecayMask mask) {
    return switch (kind) {
      case ADAMW -> new AdamW(tf, shape);
      case SGD -> new Sgd(tf, shape);
      case ADAMW_TRANSFORMERS -> new TransformersAdamW(tf, shape, mask);
      case UNRECOGNIZED -> throw new IllegalArgumentException("the optimizer is not known");
    };
  }

  /** Names of what an optimizer remembers, as {@link #slots} gives them. */
  static List<String> slotNames(Optimizer kind) {
    return switch (kind) {
      case ADAMW, ADAMW_TRANSFORMERS -> Moments.SLOTS;
      case SGD -> Sgd.SLOTS;
      case UNRECOGNIZED -> throw new IllegalArgumentException("the optimizer is not known");
    };
  }

  /** What it remembers between steps, of the parameters' shape, by name; all start at zero. */
  Map<String, GraphVariable> slots();

  /** The number of scalars that {@link #update} takes. */
  int scalars();

  /**
   * The step's scalars, computed by the host in double precision.
   *
   * @param step from 1
   */
  float[] stepScalars(double learningRate, double weightDecay, long step);

  /**
   * Adds one update.
   *
   * @param gradient of the parameters' shape
   * @param scalars of {@link #stepScalars}; of stacked jobs {@code [scalars, jobs, 1]}
   * @return the operations to run
   */
  List<Op> update(
      Ops tf, GraphVariable parameters, Operand<TFloat32> gradient, Operand<TFloat32> scalars);
}
