package io.hydrabeam.model.graph;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * From pixels to probabilities, with frozen parameters.
 *
 * @param parameters to be given their values
 * @param input pixels {@code [batch, size, size, 3]}
 * @param features {@code [batch, featureWidth]}, see {@link VisionTransformer#features}
 * @param logits {@code [batch, classes]}
 * @param probabilities their softmax
 */
public record ClassifierGraph(
    GraphParameters parameters,
    PixelInput input,
    Operand<TFloat32> features,
    Operand<TFloat32> logits,
    Operand<TFloat32> probabilities) {

  /**
   * Adds the operations.
   *
   * @param adapterShapes of adapters beside the weights; empty for a plain model
   * @param hydraScale s of such adapters
   * @param values the parameters, of which only the head's number of classes is looked at
   * @param batch images of one run, or {@link io.hydrabeam.model.layers.Batch#ANY}
   * @param fused whether {@link io.hydrabeam.model.layers.Fused} functions are used; not with any
   *     batch
   * @throws IllegalArgumentException if there is no head
   */
  public static ClassifierGraph add(
      Ops tf,
      VitConfig vit,
      Map<String, int[]> adapterShapes,
      double hydraScale,
      Map<String, HostTensor> values,
      Normalization normalization,
      Precision precision,
      int batch,
      boolean fused) {
    HostTensor headBias = values.get(ParameterName.HEAD_BIAS);
    if (headBias == null) {
      throw new IllegalArgumentException("the parameters have no head");
    }
    Map<String, int[]> shapes = new LinkedHashMap<>(VitParameters.shapes(vit));
    shapes.putAll(adapterShapes);
    shapes.putAll(VitParameters.headShapes(vit, headBias.shape()[0]));
    GraphParameters source = new GraphParameters(tf, shapes, new FlatLayout(Map.of()), precision);
    VisionTransformer model =
        new VisionTransformer(ParameterScope.root(source), vit, hydraScale, 0, 0);
    PixelInput input = new PixelInput(tf, batch, vit.imageSize());
    Operand<TFloat32> features =
        model.features(
            tf, input.images(tf, normalization), batch, Mode.evaluation(precision, fused));
    Operand<TFloat32> logits = model.logits(tf, features);
    return new ClassifierGraph(source, input, features, logits, tf.nn.softmax(logits));
  }
}
