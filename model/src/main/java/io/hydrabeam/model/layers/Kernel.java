package io.hydrabeam.model.layers;

import io.hydrabeam.model.params.ParameterSeeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Work between matrix products as a function that XLA compiles to one or two passes over memory;
 * operation by operation the same takes three times as long and keeps five times as much for the
 * backward pass. Whatever the formats of its inputs and outputs, it computes in single precision.
 *
 * <p>Its gradient is a kernel too, given by hand, so that nothing is kept but what that one reads.
 * A kernel is compiled once for its shapes, whatever the number of layers that call it.
 */
final class Kernel {

  /** Makes TensorFlow compile a call of a function by XLA, on any device. */
  private static final String COMPILE = "_XlaMustCompile";

  /** Kernels of this process by what they compute; a gradient belongs to a function's name. */
  private static final Map<Key, Kernel> KERNELS = new HashMap<>();

  /** By the function's name. */
  private static final Map<String, Gradient> GRADIENTS = new ConcurrentHashMap<>();

  private final ConcreteFunction function;

  private Kernel(ConcreteFunction function) {
    this.function = function;
  }

  /** An operand's shape and format. */
  record Spec(Shape shape, Class<? extends TFloating> type) {

    static Spec of(Operand<? extends TFloating> operand) {
      return new Spec(operand.shape(), operand.type());
    }

    /** The same shape in another format. */
    Spec as(Class<? extends TFloating> other) {
      return new Spec(shape, other);
    }
  }

  /**
   * What a kernel computes, and over what.
   *
   * @param constants that the formula depends on
   * @param outputs formats of what it gives
   */
  record Key(
      String name,
      List<?> constants,
      List<Spec> inputs,
      List<? extends Class<? extends TFloating>> outputs) {
    /**
     * A name of this key alone. TensorFlow names a function by what it does, and functions for
     * other shapes may do the same, {@code [2, 6, …]} and {@code [3, 4, …]} to twelve rows, while
     * their gradients differ.
     */
    String uniqueName() {
      return "%s_%016x".formatted(name, ParameterSeeds.of(0, toString()));
    }
  }

  /** The formula. */
  @FunctionalInterface
  interface Body {
    List<Operand<TFloat32>> of(Ops tf, List<Operand<TFloat32>> inputs);
  }

  /** Gradients of a call's inputs. */
  @FunctionalInterface
  interface Backward {
    /**
     * Adds them.
     *
     * @param inputs of the call, then its outputs
     * @param gradients of all its outputs
     * @return one for each input
     */
    List<Operand<?>> of(
        Ops tf,
        List<Operand<? extends TFloating>> inputs,
        List<Operand<? extends TFloating>> gradients);
  }

  /** The kernel of a key, without a gradient. */
  static synchronized Kernel of(Key key, Body body) {
    return KERNELS.computeIfAbsent(key, unused -> new Kernel(compile(key, body)));
  }

  /** The kernel of a key, with its gradient. */
  static synchronized Kernel of(Key key, Body body, Backward backward) {
    return KERNELS.computeIfAbsent(
        key,
        unused -> {
          Kernel kernel = new Kernel(compile(key, body));
          kernel.register(key, backward);
          return kernel;
        });
  }

  private static ConcreteFunction compile(Key key, Body body) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Signature.Builder signature = Signature.builder(key.uniqueName());
      List<Operand<TFloat32>> inputs = new ArrayList<>();
      for (Spec spec : key.inputs()) {
        Operand<? extends TFloating> input =
            tf.placeholder(spec.type(), Placeholder.shape(spec.shape()));
        signature.input("input" + inputs.size(), input);
        inputs.add(FloatTypes.wide(tf, input));
      }
      int number = 0;
      for (Operand<TFloat32> output : body.of(tf, inputs)) {
        Class<? extends TFloating> type = key.outputs().get(number);
        signature.output("output" + number++, FloatTypes.cast(tf, output, type));
      }
      return ConcreteFunction.create(signature.build(), graph);
    }
  }

  private void register(Key key, Backward backward) {
    String name = function.getDefinedName();
    GRADIENTS.putIfAbsent(name, new Gradient(key, backward));
    CustomGradients.register(name);
  }

  /** How a call of a kernel is differentiated. */
  private record Gradient(Key key, Backward backward) {

    List<Operand<?>> of(Ops tf, GraphOperation call, List<Output<?>> gradients) {
      List<Operand<? extends TFloating>> all = new ArrayList<>();
      for (int i = 0; i < key.inputs().size(); i++) {
        all.add(floating(call.input(i)));
      }
      all.addAll(outputs(call, key.outputs().size()));
      List<Operand<? extends TFloating>> given = new ArrayList<>();
      gradients.forEach(gradient -> given.add(floating(gradient)));
      return backward.of(tf, all, given);
    }
  }

  private static List<Operand<?>> differentiate(
      Ops tf, GraphOperation call, List<Output<?>> gradients) {
    return Objects.requireNonNull(GRADIENTS.get(call.type())).of(tf, call, gradients);
  }

  private static List<Operand<? extends TFloating>> outputs(GraphOperation call, int count) {
    List<Operand<? extends TFloating>> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outputs.add(call.<TFloat32>output(i));
    }
    return outputs;
  }

  @SuppressWarnings("unchecked") // a kernel's operands are all of floating point
  private static Operand<? extends TFloating> floating(Operand<?> operand) {
    return (Operand<? extends TFloating>) operand;
  }

  /**
   * Makes the kernel known to a graph. To be done before gradients are added, as the graph is
   * locked then.
   */
  Kernel attach(Ops tf) {
    Graph graph = (Graph) tf.scope().env();
    graph.attachFunction(function);
    CustomGradients.use(graph, Kernel::differentiate);
    return this;
  }

  /** Calls the kernel; the formats of what comes back are those of its key. */
  List<Operand<? extends TFloating>> call(
      Ops tf, List<? extends Operand<? extends TFloating>> inputs) {
    return call(tf, inputs, /* compiled= */ true);
  }

  /** Calls the kernel for its gradient alone; TensorFlow computes it by its own operations. */
  List<Operand<? extends TFloating>> callInterpreted(
      Ops tf, List<? extends Operand<? extends TFloating>> inputs) {
    return call(tf, inputs, /* compiled= */ false);
  }

  private List<Operand<? extends TFloating>> call(
      Ops tf, List<? extends Operand<? extends TFloating>> inputs, boolean compiled) {
    OperationBuilder builder =
        tf.scope()
            .env()
            .opBuilder(function.getDefinedName(), tf.scope().makeOpName("fused"), tf.scope());
    for (Operand<? extends TFloating> input : inputs) {
      builder.addInput(input.asOutput());
    }
    if (compiled) {
      builder.setAttr(COMPILE, true);
    }
    GraphOperation call = (GraphOperation) builder.build();
    return outputs(call, call.numOutputs());
  }
}
