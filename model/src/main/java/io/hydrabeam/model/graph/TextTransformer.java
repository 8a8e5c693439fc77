package io.hydrabeam.model.graph;

import io.hydrabeam.model.EncoderConfig;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.layers.Encoder;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.LayerNorm;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.layers.Sequences;
import io.hydrabeam.model.params.ParameterName;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * CLIP's text tower (arXiv 2103.00020): token and position embeddings, causal blocks, final
 * LayerNorm, the token with the largest id, projection. The largest id is the end token's, so that
 * is what is read; of several the first counts.
 *
 * <p>Ids {@code [batch, tokens]}, features {@code [batch, embedding]}, not normalised to a length.
 */
public final class TextTransformer {

  private final ParameterScope root;
  private final EncoderConfig config;
  private final Encoder encoder;
  private final LayerNorm norm;

  /**
   * A tower over the parameters of {@code root}.
   *
   * @param tokens length of the sequences; behind the largest id they may be cut, as no token sees
   *     a later one
   */
  public TextTransformer(ParameterScope root, TextConfig config, int tokens) {
    this.root = root;
    this.config = config.encoder(tokens);
    this.encoder = new Encoder(root.sub("text"), this.config, EncoderSettings.PLAIN);
    this.norm = new LayerNorm(root.sub(ParameterName.TEXT_NORM), config.epsilon());
  }

  /** The features of a batch of known size. */
  public Operand<TFloat32> features(Ops tf, Operand<TInt32> ids, int batch) {
    int tokens = config.tokens();
    int width = config.width();
    Operand<TFloat32> embedded =
        tf.gather(root.get(tf, ParameterName.TEXT_TOKEN), ids, tf.constant(0));
    Operand<TFloat32> positions =
        tf.slice(
            root.get(tf, ParameterName.TEXT_POSITION),
            tf.constant(new int[2]),
            tf.constant(new int[] {tokens, width}));
    // [batch, tokens, width] -> [batch·tokens, width]
    Operand<TFloat32> x =
        tf.reshape(
            tf.math.add(embedded, positions), tf.constant(new int[] {batch * tokens, width}));
    List<Operand<TFloat32>> outputs =
        encoder.call(tf, x, Sequences.full(batch), Mode.singlePrecision());
    Operand<TFloat32> y =
        tf.reshape(outputs.get(outputs.size() - 1), tf.constant(new int[] {batch, tokens, width}));
    // LayerNorm acts on each token alone, so only the one that is read needs it.
    Operand<TFloat32> read =
        tf.gather(
            y,
            tf.math.argMax(ids, tf.constant(1), TInt32.class),
            tf.constant(1),
            Gather.batchDims(1L));
    return tf.linalg.matMul(
        norm.call(tf, read, Mode.singlePrecision()), root.get(tf, ParameterName.TEXT_PROJECTION));
  }
}
