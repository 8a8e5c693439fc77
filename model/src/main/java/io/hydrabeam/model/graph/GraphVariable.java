package io.hydrabeam.model.graph;

import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.internal.types.registry.TensorTypeRegistry;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssignVariableOp;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.family.TType;

/**
 * A resource variable under an exact name, read in one place and set by feeding.
 *
 * <p>Reading once per graph keeps a training step consistent: every use sees the value from before
 * the step's update.
 */
public final class GraphVariable {

  private final Ops tf;
  private final Operand<? extends TType> handle;
  private final Operand<? extends TType> value;
  private final Placeholder<? extends TType> fed;
  private final AssignVariableOp assignFed;

  private GraphVariable(
      Ops tf,
      Operand<? extends TType> handle,
      Operand<? extends TType> value,
      Placeholder<? extends TType> fed,
      AssignVariableOp assignFed) {
    this.tf = tf;
    this.handle = handle;
    this.value = value;
    this.fed = fed;
    this.assignFed = assignFed;
  }

  /** Declares a variable; its name may contain slashes and is unique in the graph. */
  public static <T extends TType> GraphVariable create(
      Ops tf, String name, Class<T> type, Shape shape) {
    Operation handleOp =
        tf.scope()
            .env()
            .opBuilder("VarHandleOp", name, tf.scope())
            .setAttr("dtype", TensorTypeRegistry.find(type).dataType())
            .setAttr("shape", shape)
            .setAttr("shared_name", name)
            .build();
    Output<TType> handle = handleOp.output(0);
    Placeholder<T> fed = GraphParameters.placeholder(tf, type, shape);
    return new GraphVariable(
        tf, handle, tf.readVariableOp(handle, type), fed, tf.assignVariableOp(handle, fed));
  }

  /** The value; the same operation at every call. */
  @SuppressWarnings("unchecked") // the type that create() was given
  public <T extends TType> Operand<T> read(Class<T> type) {
    return (Operand<T>) value;
  }

  /** The value, of whatever type. */
  Operand<? extends TType> read() {
    return value;
  }

  /** Its sizes. */
  public Shape shape() {
    return fed.shape();
  }

  /** Adds an operation that sets the variable. */
  public AssignVariableOp assign(Operand<? extends TType> next) {
    return tf.assignVariableOp(handle, next);
  }

  /** Makes a run set the variable to {@code tensor}. */
  public void feedAssignment(Session.Runner runner, Tensor tensor) {
    runner.feed(fed, tensor).addTarget((org.tensorflow.op.Op) assignFed);
  }

  /** Sets the variable now. */
  public void set(Session session, Tensor tensor) {
    Session.Runner runner = session.runner();
    feedAssignment(runner, tensor);
    runner.run().close();
  }
}
