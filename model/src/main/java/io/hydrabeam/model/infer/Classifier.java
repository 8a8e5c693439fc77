package io.hydrabeam.model.infer;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.graph.ClassifierGraph;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.layers.Fused;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;

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
  private final ClassifierGraph model;

  private Classifier(
      VitConfig vit,
      Map<String, int[]> adapterShapes,
      double hydraScale,
      Map<String, HostTensor> parameters,
      Normalization normalization,
      Precision precision,
      int batch,
      TensorFlowRuntime runtime) {
    model =
        ClassifierGraph.add(
            Ops.create(graph),
            vit,
            adapterShapes,
            hydraScale,
            parameters,
            normalization,
            precision,
            batch,
            Fused.suits(runtime));
    session = new Session(graph, runtime.sessionConfig());
    try (FrozenTensors weights = FrozenTensors.of(parameters, precision)) {
      model.parameters().initializeFrozen(session, weights);
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
    return model.input().batch();
  }

  /**
   * Class probabilities.
   *
   * @param images {@code [count, size, size, 3]} uint8 RGB
   * @param count of any size
   * @return softmax {@code [count][classes]}
   */
  public float[][] probabilities(byte[] images, int count) {
    return model.input().run(session, model.probabilities(), images, count);
  }

  /** Class scores before the softmax; shapes as {@link #probabilities}. */
  public float[][] logits(byte[] images, int count) {
    return model.input().run(session, model.logits(), images, count);
  }

  /** What the head sees, {@code [count][featureWidth]}; images as {@link #probabilities}. */
  public float[][] features(byte[] images, int count) {
    return model.input().run(session, model.features(), images, count);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
