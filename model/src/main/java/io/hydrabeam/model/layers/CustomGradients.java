package io.hydrabeam.model.layers;

import static org.tensorflow.internal.c_api.global.tensorflow.TFJ_HasGradient;
import static org.tensorflow.internal.c_api.global.tensorflow.TFJ_RegisterCustomGradient;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.tensorflow.Graph;
import org.tensorflow.internal.c_api.TFJ_GradFuncAdapter;
import org.tensorflow.op.RawCustomGradient;

/**
 * The gradients of this program's functions, as TensorFlow knows them: by name, for the whole
 * process, for ever.
 *
 * <p>All share one callback, as a process has ten of them: TensorFlow's own way of registering
 * takes one for each name, and the eleventh would be a null pointer, called in native code. A
 * worker of a cluster loads this class anew for each job, beside one TensorFlow; so the callback
 * lies where all class loaders see it, and asks who built the graph, not who came first.
 */
final class CustomGradients {

  private static final String PROPERTY = "io.hydrabeam.gradients";

  /** Of types that all class loaders share; in the properties of the system, as an array. */
  private final Map<Graph, RawCustomGradient> byGraph;

  private final TFJ_GradFuncAdapter callback;

  private CustomGradients(Map<Graph, RawCustomGradient> byGraph, TFJ_GradFuncAdapter callback) {
    this.byGraph = byGraph;
    this.callback = callback;
  }

  private static final CustomGradients SHARED = shared();

  @SuppressWarnings("unchecked") // what make() puts there
  private static CustomGradients shared() {
    Object[] both = (Object[]) System.getProperties().computeIfAbsent(PROPERTY, key -> make());
    return new CustomGradients(
        (Map<Graph, RawCustomGradient>) both[0], (TFJ_GradFuncAdapter) both[1]);
  }

  private static Object[] make() {
    Map<Graph, RawCustomGradient> byGraph = Collections.synchronizedMap(new WeakHashMap<>());
    TFJ_GradFuncAdapter callback =
        RawCustomGradient.adapter(
            (tf, call, gradients) -> {
              RawCustomGradient own = byGraph.get((Graph) tf.scope().env());
              if (own == null) {
                throw new IllegalStateException("a graph without gradients calls " + call.type());
              }
              return own.call(tf, call, gradients);
            });
    return new Object[] {byGraph, callback};
  }

  /** Makes calls of a function differentiable. */
  static void register(String function) {
    if (!TFJ_HasGradient(function)
        && !TFJ_RegisterCustomGradient(function, SHARED.callback)
        && !TFJ_HasGradient(function)) {
      throw new IllegalStateException("TensorFlow refused the gradient of " + function);
    }
  }

  /** Lets {@code gradients} differentiate all functions of a graph. */
  static void use(Graph graph, RawCustomGradient gradients) {
    SHARED.byGraph.put(graph, gradients);
  }
}
