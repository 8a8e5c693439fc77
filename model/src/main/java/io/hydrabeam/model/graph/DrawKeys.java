package io.hydrabeam.model.graph;

import io.hydrabeam.model.params.ParameterSeeds;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/**
 * Keys of a training's random draws, one for each name. They are variables, so that trainings with
 * other seeds can use the same graph.
 */
public final class DrawKeys {
  private final Ops tf;
  private final Map<String, GraphVariable> variables = new LinkedHashMap<>();

  public DrawKeys(Ops tf) {
    this.tf = tf;
  }

  /** The key of a draw, a scalar. */
  public Operand<TInt64> of(String name) {
    return variables
        .computeIfAbsent(
            name, key -> GraphVariable.create(tf, "random/" + key, TInt64.class, Shape.scalar()))
        .read(TInt64.class);
  }

  /** Sets all keys that have been asked for to those of a run's seed. */
  public void set(Session session, long seed) {
    variables.forEach(
        (name, variable) -> {
          try (TInt64 key = TInt64.scalarOf(ParameterSeeds.of(seed, name))) {
            variable.set(session, key);
          }
        });
  }
}
