package io.hydrabeam.model.graph;

import io.hydrabeam.model.params.ParameterSeeds;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/**
 * Keys of a training's random draws, one for each name and job. They are variables, so that
 * trainings with other seeds can use the same graph.
 */
public final class DrawKeys {
  private final Ops tf;
  private final int jobs;
  private final Map<String, GraphVariable> variables = new LinkedHashMap<>();
  private final Map<String, List<Operand<TInt64>>> keys = new HashMap<>();

  /**
   * @param jobs that are stacked in the graph; each has a key of its own
   */
  public DrawKeys(Ops tf, int jobs) {
    this.tf = tf;
    this.jobs = jobs;
  }

  /** The keys of a draw, a scalar for each job. */
  public List<Operand<TInt64>> of(String name) {
    return keys.computeIfAbsent(name, this::declare);
  }

  private List<Operand<TInt64>> declare(String name) {
    Shape shape = jobs == 1 ? Shape.scalar() : Shape.of(jobs);
    GraphVariable variable = GraphVariable.create(tf, "random/" + name, TInt64.class, shape);
    variables.put(name, variable);
    Operand<TInt64> value = variable.read(TInt64.class);
    return jobs == 1 ? List.of(value) : List.copyOf(tf.unstack(value, (long) jobs).output());
  }

  /**
   * Sets all keys that have been asked for to those of the jobs' seeds.
   *
   * @param seeds {@code [jobs]}
   */
  public void set(Session session, long... seeds) {
    variables.forEach(
        (name, variable) -> {
          long[] values = Arrays.stream(seeds).map(seed -> ParameterSeeds.of(seed, name)).toArray();
          try (TInt64 key = jobs == 1 ? TInt64.scalarOf(values[0]) : TInt64.vectorOf(values)) {
            variable.set(session, key);
          }
        });
  }
}
