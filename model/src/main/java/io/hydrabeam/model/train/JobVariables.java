package io.hydrabeam.model.train;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.graph.GraphVariable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Everything in a graph that steps change, {@code [jobs, …]} where jobs are stacked, and how one
 * job's part of it is read or used: that of the selected job.
 */
final class JobVariables {

  private final Ops tf;
  private final int jobs;
  private final Map<String, GraphVariable> variables = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> readings = new LinkedHashMap<>();
  private final GraphVariable selected;

  JobVariables(Ops tf, int jobs) {
    this.tf = tf;
    this.jobs = jobs;
    this.selected = GraphVariable.create(tf, "jobs/selected", TInt64.class, Shape.scalar());
  }

  /** Adds a variable. */
  void add(String name, GraphVariable variable) {
    variables.put(name, variable);
    readings.put(name, ofSelected(variable.read(TFloat32.class)));
  }

  /** Number of the selected job, a scalar. */
  Operand<TInt64> selected() {
    return selected.read(TInt64.class);
  }

  /** The selected job's part of {@code [jobs, …]}; of a single job all. */
  Operand<TFloat32> ofSelected(Operand<TFloat32> all) {
    return jobs == 1 ? all : tf.gather(all, selected(), tf.constant(0));
  }

  /** Selects a job. */
  void select(Session session, int job) {
    if (jobs > 1) {
      try (TInt64 number = TInt64.scalarOf(job)) {
        selected.set(session, number);
      }
    }
  }

  /** Sets all variables to the states of the jobs. */
  void set(Session session, List<Map<String, float[]>> states) {
    variables.forEach(
        (name, variable) -> {
          try (TFloat32 tensor =
              TFloat32.tensorOf(
                  variable.shape(), DataBuffers.of(joined(states, name), true, false))) {
            variable.set(session, tensor);
          }
        });
  }

  private static float[] joined(List<Map<String, float[]>> states, String name) {
    List<float[]> parts =
        states.stream().map(state -> Objects.requireNonNull(state.get(name), name)).toList();
    if (parts.size() == 1) {
      return parts.get(0);
    }
    int length = parts.get(0).length;
    float[] joined = new float[Math.multiplyExact(parts.size(), length)];
    for (int job = 0; job < parts.size(); job++) {
      System.arraycopy(parts.get(job), 0, joined, job * length, length);
    }
    return joined;
  }

  /** A job's values by name, without some of the variables. */
  Map<String, float[]> read(Session session, int job, Set<String> left) {
    select(session, job);
    Map<String, Operand<TFloat32>> read = new LinkedHashMap<>(readings);
    read.keySet().removeAll(left);
    Session.Runner runner = session.runner();
    read.values().forEach(runner::fetch);
    Map<String, float[]> values = new LinkedHashMap<>();
    try (var result = runner.run()) {
      int i = 0;
      for (String name : read.keySet()) {
        values.put(name, Tensors.toArray((TFloat32) result.get(i++)));
      }
    }
    return values;
  }
}
