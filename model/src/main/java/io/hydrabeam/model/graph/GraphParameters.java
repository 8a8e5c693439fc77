package io.hydrabeam.model.graph;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.weights.HostTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A graph's parameters. Frozen ones are a variable each; the trainable ones are slices of a single
 * flat variable, so that the gradient is one vector, the optimizer a handful of operations whatever
 * the number of tensors, and the training state three arrays.
 *
 * <p>Which parameters are trained is declared here, never guessed from a name.
 */
public final class GraphParameters implements ParameterScope.Source {

  /** Name of the flat variable {@code [trainable parameters]}. */
  public static final String TRAINABLE = "trainable";

  private final Ops tf;
  private final Map<String, int[]> shapes = new LinkedHashMap<>();
  private final Map<String, GraphVariable> frozen = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> values = new HashMap<>();
  private final FlatLayout layout;
  private final GraphVariable trainable;

  /**
   * Declares all parameters.
   *
   * @param frozenShapes name to sizes of what stays as it is
   * @param layout of what is trained; may be empty
   */
  public GraphParameters(Ops tf, Map<String, int[]> frozenShapes, FlatLayout layout) {
    this.tf = tf;
    this.layout = layout;
    shapes.putAll(frozenShapes);
    frozenShapes.forEach(
        (name, shape) -> {
          GraphVariable variable =
              GraphVariable.create(tf, name, TFloat32.class, Tensors.shape(shape));
          frozen.put(name, variable);
          values.put(name, variable.read(TFloat32.class));
        });
    trainable = GraphVariable.create(tf, TRAINABLE, TFloat32.class, Shape.of(layout.size()));
    layout.shapes().forEach(this::declareTrainable);
    sliceTrainable();
  }

  private void declareTrainable(String name, int[] shape) {
    if (shapes.put(name, shape) != null) {
      throw new IllegalArgumentException("parameter %s is declared twice".formatted(name));
    }
  }

  private void sliceTrainable() {
    if (layout.shapes().isEmpty()) {
      return;
    }
    Operand<TFloat32> flat = trainable.read(TFloat32.class);
    List<Operand<TFloat32>> parts = new ArrayList<>();
    if (layout.shapes().size() == 1) {
      parts.add(flat);
    } else {
      tf.splitV(flat, tf.constant(layout.sizes()), tf.constant(0), (long) layout.shapes().size())
          .forEach(parts::add);
    }
    int i = 0;
    for (Map.Entry<String, int[]> entry : layout.shapes().entrySet()) {
      values.put(entry.getKey(), tf.reshape(parts.get(i++), tf.constant(entry.getValue())));
    }
  }

  @Override
  public boolean has(String path) {
    return shapes.containsKey(path);
  }

  @Override
  public Operand<TFloat32> get(String path) {
    Operand<TFloat32> value = values.get(path);
    if (value == null) {
      throw new IllegalArgumentException("no parameter is named " + path);
    }
    return value;
  }

  @Override
  public int[] shape(String path) {
    int[] shape = shapes.get(path);
    if (shape == null) {
      throw new IllegalArgumentException("no parameter is named " + path);
    }
    return shape.clone();
  }

  /** The flat variable of everything that is trained. */
  public GraphVariable trainable() {
    return trainable;
  }

  /** Gradient of a scalar with respect to the flat variable {@code [trainable parameters]}. */
  public Operand<TFloat32> gradient(Graph graph, Operand<TFloat32> scalar) {
    Output<?>[] gradients =
        graph.addGradients(
            scalar.asOutput(), new Output<?>[] {trainable.read(TFloat32.class).asOutput()});
    @SuppressWarnings("unchecked") // of a float variable
    Output<TFloat32> gradient = (Output<TFloat32>) gradients[0];
    return gradient;
  }

  /**
   * Gives every frozen parameter its value, in one run.
   *
   * @throws IllegalArgumentException if a value is missing
   */
  public void initializeFrozen(Session session, Map<String, HostTensor> weights) {
    if (frozen.isEmpty()) {
      return;
    }
    // Closed after the run: a variable keeps a reference to the tensor's memory, not a copy.
    List<TFloat32> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Map.Entry<String, GraphVariable> entry : frozen.entrySet()) {
        HostTensor weight = weights.get(entry.getKey());
        if (weight == null) {
          throw new IllegalArgumentException("no value is given for " + entry.getKey());
        }
        TFloat32 tensor = Tensors.of(weight);
        fed.add(tensor);
        entry.getValue().feedAssignment(runner, tensor);
      }
      runner.run().close();
    } finally {
      fed.forEach(TFloat32::close);
    }
  }

  /** The frozen parameters' values as they stand in the session. */
  public Map<String, HostTensor> readFrozen(Session session) {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    if (frozen.isEmpty()) {
      return weights;
    }
    Session.Runner runner = session.runner();
    frozen.values().forEach(variable -> runner.fetch(variable.read(TFloat32.class)));
    try (var result = runner.run()) {
      int i = 0;
      for (String name : frozen.keySet()) {
        weights.put(name, new HostTensor(shape(name), Tensors.toArray((TFloat32) result.get(i++))));
      }
    }
    return weights;
  }

  /** A placeholder of a fixed shape. */
  static <T extends org.tensorflow.types.family.TType> Placeholder<T> placeholder(
      Ops tf, Class<T> type, Shape shape) {
    return tf.placeholder(type, Placeholder.shape(shape));
  }
}
