package io.hydrabeam.model.graph;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.protos.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

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
  private final Map<String, Operand<? extends TFloating>> values = new HashMap<>();
  private final FlatLayout layout;
  private final GraphVariable trainable;

  /**
   * Declares all parameters.
   *
   * @param frozenShapes name to sizes of what stays as it is
   * @param layout of what is trained; may be empty
   * @param precision in which frozen kernels are held
   */
  public GraphParameters(
      Ops tf, Map<String, int[]> frozenShapes, FlatLayout layout, Precision precision) {
    this.tf = tf;
    this.layout = layout;
    shapes.putAll(frozenShapes);
    frozenShapes.forEach(
        (name, shape) -> {
          Class<? extends TFloating> type = FrozenTensors.typeOf(name, precision);
          GraphVariable variable = GraphVariable.create(tf, name, type, Tensors.shape(shape));
          frozen.put(name, variable);
          values.put(name, variable.read(type));
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
  public Operand<? extends TFloating> get(String path) {
    Operand<? extends TFloating> value = values.get(path);
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
   * Gives every frozen parameter its value, in one run. The variables keep references to the
   * tensors' memory, not copies.
   *
   * @throws IllegalArgumentException if a value is missing
   */
  public void initializeFrozen(Session session, FrozenTensors weights) {
    if (frozen.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    frozen.forEach((name, variable) -> variable.feedAssignment(runner, weights.get(name)));
    runner.run().close();
  }

  /**
   * The first frozen parameter that is not what it was made from.
   *
   * @param weights as {@link #initializeFrozen} was given them
   */
  public Optional<String> changedFrozen(Session session, FrozenTensors weights) {
    for (Map.Entry<String, GraphVariable> entry : frozen.entrySet()) {
      try (var result = session.runner().fetch(entry.getValue().read()).run()) {
        if (!weights.isUnchanged(entry.getKey(), result.get(0))) {
          return Optional.of(entry.getKey());
        }
      }
    }
    return Optional.empty();
  }

  /** A placeholder of a fixed shape. */
  static <T extends org.tensorflow.types.family.TType> Placeholder<T> placeholder(
      Ops tf, Class<T> type, Shape shape) {
    return tf.placeholder(type, Placeholder.shape(shape));
  }
}
