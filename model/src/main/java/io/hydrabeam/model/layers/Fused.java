package io.hydrabeam.model.layers;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * Element-wise work between matrix products as functions that XLA compiles to one or two passes
 * over memory each; operation by operation, the same takes three times as long and keeps five times
 * as much for the backward pass. Their gradients are functions too, which start again from the
 * function's input, so that nothing else is kept. {@link Activations} and {@link LayerNorm} hold
 * the formulas.
 *
 * <p>A function is compiled once for its shapes, whatever the number of layers that call it.
 */
public final class Fused {

  /** Makes TensorFlow compile a call of a function by XLA, on any device. */
  private static final String COMPILE = "_XlaMustCompile";

  private static final Logger LOG = LoggerFactory.getLogger(Fused.class);

  /** Functions of this process by what they compute; a gradient belongs to a function's name. */
  private static final Map<Key, ConcreteFunction> FUNCTIONS = new HashMap<>();

  /** What a function computes, and over which shapes. */
  private record Key(String name, String constant, List<Shape> shapes) {}

  /** The function's body: from its inputs to its output. */
  private interface Body extends BiFunction<Ops, List<Operand<TFloat32>>, Operand<TFloat32>> {}

  private Fused() {}

  /**
   * Whether graphs of a runtime may use the functions: on a CPU, where TensorFlow was built with
   * XLA. On a GPU they would need CUDA's compiler beside the program.
   */
  public static boolean suits(TensorFlowRuntime runtime) {
    return runtime.deviceName().equals("cpu") && Compiler.WORKS;
  }

  /** Asks TensorFlow once per JVM. */
  private static final class Compiler {
    static final boolean WORKS = probe();

    private static boolean probe() {
      ConfigProto config = ConfigProto.newBuilder().putDeviceCount("GPU", 0).build();
      try (Graph graph = new Graph();
          Session session = new Session(graph, config)) {
        Ops tf = Ops.create(graph);
        Operand<TFloat32> one = tf.constant(new float[] {1});
        session.runner().fetch(activation(tf, one, Activation.GELU)).run().close();
        return true;
      } catch (TensorFlowException e) {
        LOG.debug("no fused functions: {}", e.getMessage());
        return false;
      }
    }
  }

  /** {@link Activations#call}. */
  static Operand<TFloat32> activation(Ops tf, Operand<TFloat32> x, Activation activation) {
    Shape shape = x.shape();
    ConcreteFunction gradient =
        define(
            tf,
            new Key("activation_gradient", activation.name(), List.of(shape, shape)),
            (in, of) -> in.math.mul(of.get(1), Activations.derivative(in, of.get(0), activation)));
    ConcreteFunction forward =
        define(
            tf,
            new Key("activation", activation.name(), List.of(shape)),
            (in, of) -> Activations.call(in, of.get(0), activation));
    register(forward, (back, call, dy) -> List.of(call(back, gradient, input(call, 0), dy)));
    return call(tf, forward, x);
  }

  /** {@link LayerNorm#plain}. */
  static Operand<TFloat32> layerNorm(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> scale, Operand<TFloat32> bias, float epsilon) {
    String constant = String.valueOf(epsilon);
    Shape rows = x.shape();
    Shape width = scale.shape();
    ConcreteFunction gradient =
        define(
            tf,
            new Key("norm_gradient", constant, List.of(rows, width, rows)),
            (in, of) -> LayerNorm.gradient(in, of.get(0), of.get(1), of.get(2), epsilon));
    ConcreteFunction scaled =
        define(
            tf,
            new Key("norm_scale_gradient", constant, List.of(rows, rows)),
            (in, of) ->
                in.math.mul(LayerNorm.Normalized.of(in, of.get(0), epsilon).values(), of.get(1)));
    ConcreteFunction forward =
        define(
            tf,
            new Key("norm", constant, List.of(rows, width, width)),
            (in, of) -> LayerNorm.plain(in, of.get(0), of.get(1), of.get(2), epsilon));
    register(
        forward,
        (back, call, dy) ->
            List.of(
                call(back, gradient, input(call, 0), input(call, 1), dy),
                // Of frozen parameters nobody asks for these two, and so they are never computed.
                back.sum(call(back, scaled, input(call, 0), dy), back.constant(0)),
                back.sum(dy, back.constant(0))));
    return call(tf, forward, x, scale, bias);
  }

  /** Gradients of a call's inputs, from the call and the gradient of its output. */
  @FunctionalInterface
  private interface Backward {
    List<Operand<?>> of(Ops tf, GraphOperation call, Operand<TFloat32> gradient);
  }

  /**
   * The function of a key, known to the graph. To be called before gradients are added, as the
   * graph is locked then.
   */
  private static synchronized ConcreteFunction define(Ops tf, Key key, Body body) {
    ConcreteFunction function = FUNCTIONS.computeIfAbsent(key, unused -> make(key, body));
    ((Graph) tf.scope().env()).attachFunction(function);
    return function;
  }

  private static ConcreteFunction make(Key key, Body body) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Signature.Builder signature = Signature.builder(key.name());
      List<Operand<TFloat32>> inputs = new ArrayList<>();
      for (Shape shape : key.shapes()) {
        Operand<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
        signature.input("input" + inputs.size(), input);
        inputs.add(input);
      }
      signature.output("output", body.apply(tf, inputs));
      return ConcreteFunction.create(signature.build(), graph);
    }
  }

  /** A gradient belongs to the function's name, in the whole process, and is registered once. */
  @SuppressWarnings("unchecked") // of a float's gradient
  private static void register(ConcreteFunction function, Backward backward) {
    var unused =
        TensorFlow.registerCustomGradient(
            function.getDefinedName(),
            (tf, call, gradients) ->
                backward.of(tf, call, (Operand<TFloat32>) (Operand<?>) gradients.get(0)));
  }

  @SuppressWarnings("unchecked") // all inputs are floats
  private static Operand<TFloat32> input(GraphOperation call, int index) {
    return (Operand<TFloat32>) (Operand<?>) call.input(index);
  }

  @SafeVarargs
  private static Operand<TFloat32> call(
      Ops tf, ConcreteFunction function, Operand<TFloat32>... inputs) {
    OperationBuilder builder =
        tf.scope()
            .env()
            .opBuilder(function.getDefinedName(), tf.scope().makeOpName("fused"), tf.scope());
    for (Operand<TFloat32> input : inputs) {
      builder.addInput(input.asOutput());
    }
    return builder.setAttr(COMPILE, true).build().output(0);
  }
}
