package io.hydrabeam.model.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.train.Restore;
import org.tensorflow.op.train.Save;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Operations that write a graph's frozen parameters as a TensorFlow checkpoint, and read them back
 * into the same graph elsewhere. {@link Session#save} leaves resource variables out without a word.
 *
 * <p>Outside the graph, the weights need no memory of their own and may be larger than the 2 GB of
 * a protobuf message.
 */
public final class VariableSaver {

  /** Under this key TensorFlow's own loaders look for variables. */
  public static final String COLLECTION = "variables";

  private final Placeholder<TString> prefix;
  private final Save save;
  private final Op restored;
  private final Operand<TString> saved;
  private final List<VariableDef> variables = new ArrayList<>();

  /** Adds the operations. */
  public VariableSaver(Ops tf, GraphParameters parameters) {
    Map<String, GraphVariable> frozen = new LinkedHashMap<>(parameters.frozen());
    Operand<TString> names = tf.array(frozen.keySet().toArray(String[]::new));
    Operand<TString> slices = // each tensor whole
        tf.array(Collections.nCopies(frozen.size(), "").toArray(String[]::new));
    prefix = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    List<Operand<?>> values = new ArrayList<>();
    List<Class<? extends TType>> types = new ArrayList<>();
    frozen.values().forEach(variable -> values.add(variable.read()));
    values.forEach(value -> types.add(value.type()));
    save = tf.train.save(prefix, names, slices, values);
    saved = tf.withControlDependencies(List.of((Op) save)).identity(prefix);
    Restore restore = tf.train.restore(prefix, names, slices, types);
    List<Op> assignments = new ArrayList<>();
    frozen.forEach(
        (name, variable) -> {
          @SuppressWarnings("unchecked") // of the types given
          Operand<? extends TType> value =
              (Operand<? extends TType>) restore.tensors().get(assignments.size());
          Op assignment = variable.assign(value);
          assignments.add(assignment);
          variables.add(
              VariableDef.newBuilder()
                  .setVariableName(name + ":0")
                  .setInitializerName(assignment.op().name())
                  .setInitialValueName(
                      value.asOutput().op().name() + ":" + value.asOutput().index())
                  .setSnapshotName(variable.read().op().name() + ":0")
                  .setIsResource(true)
                  .setTrainable(false)
                  .build());
        });
    restored = tf.withControlDependencies(assignments).noOp();
  }

  /**
   * Writes the parameters' values.
   *
   * @param checkpoint path of the files without {@code .index} and {@code .data-…}
   */
  public void save(Session session, String checkpoint) {
    try (TString path = TString.scalarOf(checkpoint)) {
      session.runner().feed(prefix, path).addTarget((Op) save).run().close();
    }
  }

  /** Operations that a graph needs to be saved and restored. */
  public List<Op> operations() {
    return List.of(restored, saved);
  }

  /** How a loader restores the graph's variables. */
  public SaverDef definition() {
    return SaverDef.newBuilder()
        .setFilenameTensorName(prefix.op().name() + ":0")
        .setSaveTensorName(saved.op().name() + ":0")
        .setRestoreOpName(restored.op().name())
        .setVersion(SaverDef.CheckpointFormatVersion.V2)
        .build();
  }

  /** The variables themselves, for {@link #COLLECTION}. */
  public CollectionDef collection() {
    CollectionDef.BytesList.Builder list = CollectionDef.BytesList.newBuilder();
    variables.forEach(variable -> list.addValue(ByteString.copyFrom(variable.toByteArray())));
    return CollectionDef.newBuilder().setBytesList(list).build();
  }
}
