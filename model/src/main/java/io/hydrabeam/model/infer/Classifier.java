package io.hydrabeam.model.infer;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.graph.ClassifierGraph;
import io.hydrabeam.model.graph.ForwardPass;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.SampleFeed;
import io.hydrabeam.model.layers.Fused;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;

/**
 * Classifies samples with a plain transformer, such as a merged one: what an adapted model costs is
 * what the backbone costs.
 *
 * <p>Safe for concurrent use: each thread computes its own batch with the same weights. Close it to
 * free TensorFlow's memory, when no thread uses it any more.
 */
public final class Classifier implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Session session;
  private final ForwardPass pass;

  private Classifier(
      BackboneConfig config,
      Map<String, int[]> adapterShapes,
      double hydraScale,
      Map<String, HostTensor> parameters,
      Normalization normalization,
      Precision precision,
      int batch,
      TensorFlowRuntime runtime) {
    Ops tf = Ops.create(graph);
    ClassifierGraph model =
        ClassifierGraph.add(
            tf, config, adapterShapes, hydraScale, parameters, normalization, precision);
    pass =
        new ForwardPass(
            tf,
            model.model(),
            new SampleFeed(config),
            batch,
            Mode.evaluation(precision, Fused.suits(runtime)),
            UnaryOperator.identity());
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
   * @param batch samples that one run takes; smaller batches are padded
   */
  public static Classifier open(
      BackboneConfig config,
      Map<String, HostTensor> parameters,
      Normalization normalization,
      Precision precision,
      int batch,
      TensorFlowRuntime runtime) {
    return new Classifier(
        config, Map.of(), 0, parameters, normalization, precision, batch, runtime);
  }

  /**
   * Loads a model with its adapters still beside the weights: slower, and what a merge is measured
   * against.
   *
   * @param parameters as for {@link #open}, the adapters' besides
   */
  public static Classifier openAdapted(
      BackboneConfig config,
      HydraConfig hydra,
      Map<String, HostTensor> parameters,
      Normalization normalization,
      Precision precision,
      int batch,
      TensorFlowRuntime runtime) {
    return new Classifier(
        config,
        HydraParameters.shapes(config, hydra),
        hydra.scale(),
        parameters,
        normalization,
        precision,
        batch,
        runtime);
  }

  /** Samples that one run takes. */
  public int batch() {
    return pass.batch();
  }

  /** Class probabilities: softmax {@code [count][classes]}. */
  public float[][] probabilities(Samples samples) {
    return pass.run(session, ForwardPass.Output.PROBABILITIES, samples);
  }

  /** Class scores before the softmax, or a regression's numbers, {@code [count][classes]}. */
  public float[][] logits(Samples samples) {
    return pass.run(session, ForwardPass.Output.LOGITS, samples);
  }

  /** What the head sees, {@code [count][featureWidth]}. */
  public float[][] features(Samples samples) {
    return pass.run(session, ForwardPass.Output.FEATURES, samples);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
