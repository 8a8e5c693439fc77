package io.hydrabeam.model.export;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.graph.ClassifierGraph;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.SampleFeed;
import io.hydrabeam.model.graph.Transformer;
import io.hydrabeam.model.graph.VariableSaver;
import io.hydrabeam.model.layers.Batch;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * Writes a plain model as TensorFlow's <a
 * href="https://www.tensorflow.org/guide/saved_model">SavedModel</a>, with the signatures {@code
 * serving_default} (images or token ids to probabilities, or to the numbers of a regression) and
 * {@code features}, both for any number of samples:
 *
 * <pre>
 * saved_model.pb                               graph and signatures
 * variables/variables.index
 * variables/variables.data-00000-of-00001      weights, single precision
 * </pre>
 */
public final class SavedModelWriter {

  /** The file that readers of the folder begin with. */
  public static final String GRAPH = "saved_model.pb";

  private static final long SCHEMA_VERSION = 1;
  private static final String PREDICT = "tensorflow/serving/predict";

  private SavedModelWriter() {}

  /**
   * Writes the files.
   *
   * @param folder to write to, made where it is missing
   * @param parameters canonical name to value, head included, adapters merged
   * @throws IOException also if TensorFlow cannot write the weights
   */
  public static void write(
      Path folder, Serving serving, Map<String, HostTensor> parameters, TensorFlowRuntime runtime)
      throws IOException {
    Path variables = Files.createDirectories(folder.resolve("variables"));
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ClassifierGraph model =
          ClassifierGraph.add(
              tf,
              serving.model(),
              Map.of(),
              0,
              parameters,
              serving.normalization(),
              Precision.FP32);
      Served served = Served.add(tf, serving, model.model());
      VariableSaver saver = new VariableSaver(tf, model.parameters());
      try (Session session = new Session(graph, runtime.sessionConfig());
          FrozenTensors weights = FrozenTensors.of(parameters, Precision.FP32)) {
        model.parameters().initializeFrozen(session, weights);
        saver.save(session, variables.resolve("variables").toString());
      }
      SavedModel saved =
          SavedModel.newBuilder()
              .setSavedModelSchemaVersion(SCHEMA_VERSION)
              .addMetaGraphs(metaGraph(graph, serving, served, saver))
              .build();
      try (OutputStream out = Files.newOutputStream(folder.resolve(GRAPH))) {
        saved.writeTo(out);
      }
    }
  }

  /** From any number of samples to what is served. */
  private record Served(
      Operand<? extends TType> samples, Operand<TFloat32> features, Operand<TFloat32> answers) {

    static Served add(Ops tf, Serving serving, Transformer model) {
      Operand<? extends TType> samples =
          new SampleFeed(serving.model()).placeholder(tf, Batch.ANY, serving.tokens());
      Mode<?> mode = Mode.evaluation(Precision.FP32, /* fused= */ false);
      Operand<TFloat32> features = model.features(tf, samples, Batch.ANY, mode);
      Operand<TFloat32> logits = model.logits(tf, features, mode);
      return new Served(samples, features, serving.regression() ? logits : tf.nn.softmax(logits));
    }
  }

  private static MetaGraphDef metaGraph(
      Graph graph, Serving serving, Served model, VariableSaver saver) {
    TensorInfo samples =
        tensor(
            model.samples().op().name() + ":0",
            model.samples().type().equals(TUint8.class) ? DataType.DT_UINT8 : DataType.DT_INT32,
            model.samples().asOutput().shape().asArray());
    return MetaGraphDef.newBuilder()
        .setMetaInfoDef(
            MetaGraphDef.MetaInfoDef.newBuilder()
                .addTags(ServedModel.TAG)
                .setTensorflowVersion(TensorFlow.version()))
        .setGraphDef(needed(graph, model, saver))
        .setSaverDef(saver.definition())
        .putCollectionDef(VariableSaver.COLLECTION, saver.collection())
        .putSignatureDef(
            ServedModel.CLASSIFY,
            signature(serving.input(), samples, serving.output(), model.answers()))
        .putSignatureDef(
            ServedModel.FEATURES,
            signature(serving.input(), samples, ServedModel.FEATURES, model.features()))
        .build();
  }

  /** The graph without what only gives the variables their first values. */
  private static GraphDef needed(Graph graph, Served model, VariableSaver saver) {
    Set<GraphOperation> ends = new HashSet<>();
    ends.add((GraphOperation) model.answers().op());
    for (Op operation : saver.operations()) {
      ends.add((GraphOperation) operation.op());
    }
    Set<GraphOperation> all = new HashSet<>(graph.subgraphToOps(ends));
    all.addAll(ends);
    Set<String> names = all.stream().map(Operation::name).collect(Collectors.toSet());
    GraphDef.Builder pruned = graph.toGraphDef().toBuilder();
    var nodes =
        pruned.getNodeList().stream().filter(node -> names.contains(node.getName())).toList();
    return pruned.clearNode().addAllNode(nodes).build();
  }

  private static SignatureDef signature(
      String input, TensorInfo samples, String name, Operand<TFloat32> output) {
    return SignatureDef.newBuilder()
        .setMethodName(PREDICT)
        .putInputs(input, samples)
        .putOutputs(
            name,
            tensor(
                output.op().name() + ":" + output.asOutput().index(),
                DataType.DT_FLOAT,
                output.shape().asArray()))
        .build();
  }

  private static TensorInfo tensor(String name, DataType type, long[] sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return TensorInfo.newBuilder().setName(name).setDtype(type).setTensorShape(shape).build();
  }
}
