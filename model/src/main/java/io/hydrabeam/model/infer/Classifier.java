package io.hydrabeam.model.infer;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.GraphParameters;
import io.hydrabeam.model.graph.PixelInput;
import io.hydrabeam.model.graph.VisionTransformer;
import io.hydrabeam.model.layers.Fused;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Classifies images with a plain vision transformer, such as a merged one: what an adapted model
 * costs is what the backbone costs.
 *
 * <p>Safe for concurrent use: each thread computes its own batch with the same weights. Close it to
 * free TensorFlow's memory, when no thread uses it any more.
 */
public final class Classifier implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Session session;
  private final PixelInput input;
  private final Operand<TFloat32> logits;
  private final Operand<TFloat32> probabilities;

  private Classifier(
      VitConfig vit,
      Map<String, int[]> adapterShapes,
      double hydraScale,
      Map<String, HostTensor> parameters,
      Normalization normalization,
      Precision precision,
      int batch,
      TensorFlowRuntime runtime) {
    HostTensor headBias = parameters.get(ParameterName.HEAD_BIAS);
    if (headBias == null) {
      throw new IllegalArgumentException("the parameters have no head");
    }
    Map<String, int[]> shapes = new LinkedHashMap<>(VitParameters.shapes(vit));
    shapes.putAll(adapterShapes);
    shapes.putAll(VitParameters.headShapes(vit, headBias.shape()[0]));
    Ops tf = Ops.create(graph);
    GraphParameters source = new GraphParameters(tf, shapes, new FlatLayout(Map.of()), precision);
    VisionTransformer model =
        new VisionTransformer(ParameterScope.root(source), vit, hydraScale, 0, 0);
    input = new PixelInput(tf, batch, vit.imageSize());
    logits =
        model.logits(
            tf,
            model.features(
                tf,
                input.images(tf, normalization),
                batch,
                Mode.evaluation(precision, Fused.suits(runtime))));
    probabilities = tf.nn.softmax(logits);
    session = new Session(graph, runtime.sessionConfig());
    try (FrozenTensors weights = FrozenTensors.of(parameters, precision)) {
      source.initializeFrozen(session, weights);
    }
  }

  /**
   * Loads a model.
   *
   * @param parameters canonical name to value, head included, adapters merged
   * @param precision of the large matrix products
   * @param batch images that one run takes; smaller batches are padded
   */
  public static Classifier open(
      VitConfig vit,
      Map<String, HostTensor> parameters,
      Normalization normalization,
      Precision precision,
      int batch,
      TensorFlowRuntime runtime) {
    return new Classifier(vit, Map.of(), 0, parameters, normalization, precision, batch, runtime);
  }

  /**
   * Loads a model with its adapters still beside the weights: slower, and what a merge is measured
   * against.
   *
   * @param parameters as for {@link #open}, the adapters' besides
   */
  public static Classifier openAdapted(
      VitConfig vit,
      HydraConfig hydra,
      Map<String, HostTensor> parameters,
      Normalization normalization,
      Precision precision,
      int batch,
      TensorFlowRuntime runtime) {
    return new Classifier(
        vit,
        HydraParameters.shapes(vit, hydra),
        hydra.scale(),
        parameters,
        normalization,
        precision,
        batch,
        runtime);
  }

  /** Images that one run takes. */
  public int batch() {
    return input.batch();
  }

  /**
   * Class probabilities.
   *
   * @param images {@code [count, size, size, 3]} uint8 RGB
   * @param count of any size
   * @return softmax {@code [count][classes]}
   */
  public float[][] probabilities(byte[] images, int count) {
    return input.run(session, probabilities, images, count);
  }

  /** Class scores before the softmax; shapes as {@link #probabilities}. */
  public float[][] logits(byte[] images, int count) {
    return input.run(session, logits, images, count);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
