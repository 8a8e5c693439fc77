package io.hydrabeam.model.optim;

import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.protos.Optimizer;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** An update rule on one flat vector {@code [parameters]} of everything that is trained. */
public interface FlatOptimizer {

  /** Declares the optimizer's variables for {@code size} parameters. */
  static FlatOptimizer of(Optimizer kind, Ops tf, int size) {
    return switch (kind) {
      case ADAMW -> new AdamW(tf, size);
      case SGD -> new Sgd(tf, size);
      case UNRECOGNIZED -> throw new IllegalArgumentException("optimizer is not one of adamw, sgd");
    };
  }

  /** What it remembers between steps, {@code [parameters]} each, by name; all start at zero. */
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
   * @param gradient {@code [parameters]}
   * @param scalars of {@link #stepScalars}
   * @return the operations to run
   */
  List<Op> update(
      Ops tf, GraphVariable parameters, Operand<TFloat32> gradient, Operand<TFloat32> scalars);
}
