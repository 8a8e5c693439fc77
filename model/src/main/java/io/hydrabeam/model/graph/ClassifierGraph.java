package io.hydrabeam.model.graph;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.op.Ops;

/**
 * A model with frozen parameters.
 *
 * @param parameters to be given their values
 * @param model over them
 */
public record ClassifierGraph(GraphParameters parameters, Transformer model) {

  /**
   * Declares the parameters.
   *
   * @param adapterShapes of adapters beside the weights; empty for a plain model
   * @param hydraScale s of such adapters
   * @param values the parameters, of which only the head's number of classes is looked at
   * @throws IllegalArgumentException if there is no head
   */
  public static ClassifierGraph add(
      Ops tf,
      BackboneConfig config,
      Map<String, int[]> adapterShapes,
      double hydraScale,
      Map<String, HostTensor> values,
      Normalization normalization,
      Precision precision) {
    HostTensor headBias = values.get(ParameterName.HEAD_BIAS);
    if (headBias == null) {
      throw new IllegalArgumentException("the parameters have no head");
    }
    Map<String, int[]> shapes = new LinkedHashMap<>(BackboneParameters.shapes(config));
    shapes.putAll(adapterShapes);
    shapes.putAll(BackboneParameters.headShapes(config, headBias.shape()[0]));
    GraphParameters source = new GraphParameters(tf, shapes, new FlatLayout(Map.of()), precision);
    return new ClassifierGraph(
        source,
        Transformer.of(
            ParameterScope.root(source),
            config,
            new EncoderSettings(hydraScale, 0, 0, 0),
            normalization));
  }
}
