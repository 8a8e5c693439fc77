package io.hydrabeam.model.graph;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.protos.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * A graph's parameters. Frozen ones are a variable each; the trainable ones are slices of a single
 * flat variable, so that the gradient is one vector, the optimizer a handful of operations whatever
 * the number of tensors, and the training state three arrays.
 *
 * <p>Which parameters are trained is declared here, never guessed from a name.
 */
public final class GraphParameters implements ParameterScope.Source {

  /** Name of the flat variable {@code [trainable parameters]}, with stacked jobs in front. */
  public static final String TRAINABLE = "trainable";

  private final Ops tf;
  private final Map<String, int[]> shapes = new LinkedHashMap<>();
  private final Map<String, GraphVariable> frozen = new LinkedHashMap<>();
  private final Map<String, Operand<? extends TFloating>> values = new HashMap<>();
  private final FlatLayout layout;
  private final int jobs;
  private final GraphVariable trainable;

  /** Declares the parameters of a single job. */
  public GraphParameters(
      Ops tf, Map<String, int[]> frozenShapes, FlatLayout layout, Precision precision) {
    this(tf, frozenShapes, layout, precision, 1);
  }

  /**
   * Declares all parameters.
   *
   * @param frozenShapes name to sizes of what stays as it is
   * @param layout of what is trained; may be empty
   * @param precision in which frozen kernels are held
   * @param jobs that are stacked in the graph, each with its own trained values
   */
  public GraphParameters(
      Ops tf, Map<String, int[]> frozenShapes, FlatLayout layout, Precision precision, int jobs) {
    this.tf = tf;
    this.layout = layout;
    this.jobs = jobs;
    shapes.putAll(frozenShapes);
    frozenShapes.forEach(
        (name, shape) -> {
          Class<? extends TFloating> type = FrozenTensors.typeOf(name, precision);
          GraphVariable variable = GraphVariable.create(tf, name, type, Tensors.shape(shape));
          frozen.put(name, variable);
          values.put(name, variable.read(type));
        });
    Shape shape = jobs == 1 ? Shape.of(layout.size()) : Shape.of(jobs, layout.size());
    trainable = GraphVariable.create(tf, TRAINABLE, TFloat32.class, shape);
    layout.shapes().forEach(this::declareTrainable);
    values.putAll(slices(trainable.read(TFloat32.class), jobs));
  }

  private void declareTrainable(String name, int[] shape) {
    if (shapes.put(name, shape) != null) {
      throw new IllegalArgumentException("parameter %s is declared twice".formatted(name));
    }
  }

  /** The trained tensors in {@code flat}: {@code [parameters]}, or {@code [jobs, parameters]}. */
  private Map<String, Operand<TFloat32>> slices(Operand<TFloat32> flat, int ofJobs) {
    Map<String, Operand<TFloat32>> slices = new HashMap<>();
    int count = layout.shapes().size();
    List<Operand<TFloat32>> parts = new ArrayList<>();
    if (count == 1) {
      parts.add(flat);
    } else if (count > 1) {
      Operand<TInt32> axis = tf.constant(ofJobs == 1 ? 0 : 1);
      tf.splitV(flat, tf.constant(layout.sizes()), axis, (long) count).forEach(parts::add);
    }
    int i = 0;
    for (Map.Entry<String, int[]> entry : layout.shapes().entrySet()) {
      int[] shape = ofJobs == 1 ? entry.getValue() : behind(ofJobs, entry.getValue());
      slices.put(entry.getKey(), tf.reshape(parts.get(i++), tf.constant(shape)));
    }
    return slices;
  }

  private static int[] behind(int first, int[] rest) {
    return IntStream.concat(IntStream.of(first), IntStream.of(rest)).toArray();
  }

  /** The parameters as one of the stacked jobs sees them. */
  private record OfOneJob(GraphParameters all, Map<String, Operand<TFloat32>> own)
      implements ParameterScope.Source {

    @Override
    public boolean has(String path) {
      return all.has(path);
    }

    @Override
    public Operand<? extends TFloating> get(String path) {
      Operand<TFloat32> value = own.get(path);
      return value == null ? all.get(path) : value;
    }

    @Override
    public int[] shape(String path) {
      return all.shape(path);
    }
  }

  /**
   * The parameters of one job.
   *
   * @param job its number, a scalar; without meaning if there is only one
   */
  public ParameterScope.Source ofJob(Operand<TInt64> job) {
    return jobs == 1
        ? this
        : new OfOneJob(
            this,
            slices(
                tf.gather(trainable.read(TFloat32.class), job, tf.constant(0)), /* ofJobs= */ 1));
  }

  /** The parameters of each job, for graphs in which each has all weights of its own. */
  public List<ParameterScope.Source> ofEachJob() {
    if (jobs == 1) {
      return List.of(this);
    }
    List<ParameterScope.Source> each = new ArrayList<>();
    for (Operand<TFloat32> flat :
        tf.unstack(trainable.read(TFloat32.class), (long) jobs).output()) {
      each.add(new OfOneJob(this, slices(flat, /* ofJobs= */ 1)));
    }
    return each;
  }

  @Override
  public int jobs(String path) {
    return layout.shapes().containsKey(path) ? jobs : 1;
  }

  /** Jobs that are stacked in the graph. */
  public int jobs() {
    return jobs;
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

  /** The flat variable of everything that is trained; of stacked jobs a row each. */
  public GraphVariable trainable() {
    return trainable;
  }

  /**
   * Gradient with respect to the flat variable, of its shape.
   *
   * @param loss a scalar; of stacked jobs {@code [jobs]}, each of its own row alone
   */
  public Operand<TFloat32> gradient(Graph graph, Operand<TFloat32> loss) {
    Output<?>[] gradients =
        graph.addGradients(
            loss.asOutput(), new Output<?>[] {trainable.read(TFloat32.class).asOutput()});
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

  /** The frozen parameters by name. */
  Map<String, GraphVariable> frozen() {
    return Collections.unmodifiableMap(frozen);
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
