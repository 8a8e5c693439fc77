package io.hydrabeam.model.graph;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.protos.Normalization;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * A backbone with its head, whatever its samples are: what training, scoring and serving know of a
 * model.
 */
public interface Transformer {

  /**
   * A model over the parameters of {@code root}.
   *
   * @param normalization of pixels; without meaning for texts
   */
  static Transformer of(
      ParameterScope root,
      BackboneConfig config,
      EncoderSettings settings,
      Normalization normalization) {
    return config instanceof RobertaConfig roberta
        ? new OfTexts(new RobertaTransformer(root, roberta, settings))
        : new OfImages(new VisionTransformer(root, (VitConfig) config, settings), normalization);
  }

  /**
   * What the head reads, {@code [batch, featureWidth]}.
   *
   * @param samples as {@link SampleFeed} feeds them; images may be normalised already
   */
  Operand<TFloat32> features(Ops tf, Operand<? extends TType> samples, int batch, Mode<?> mode);

  /** Class scores {@code [batch, classes]} from features. */
  Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features, Mode<?> mode);

  /** A vision transformer behind its pixels' normalisation. */
  record OfImages(VisionTransformer model, Normalization normalization) implements Transformer {

    @Override
    @SuppressWarnings("unchecked") // after the comparison of the types
    public Operand<TFloat32> features(
        Ops tf, Operand<? extends TType> samples, int batch, Mode<?> mode) {
      Operand<TFloat32> images =
          samples.type().equals(TUint8.class)
              ? Normalize.call(tf, (Operand<TUint8>) samples, normalization)
              : (Operand<TFloat32>) samples;
      return model.features(tf, images, batch, mode);
    }

    @Override
    public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features, Mode<?> mode) {
      return model.logits(tf, features);
    }
  }

  /** A RoBERTa. */
  record OfTexts(RobertaTransformer model) implements Transformer {

    @Override
    @SuppressWarnings("unchecked") // texts are fed as ids
    public Operand<TFloat32> features(
        Ops tf, Operand<? extends TType> samples, int batch, Mode<?> mode) {
      return model.features(tf, (Operand<TInt32>) samples, mode);
    }

    @Override
    public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features, Mode<?> mode) {
      return model.logits(tf, features, mode);
    }
  }
}
