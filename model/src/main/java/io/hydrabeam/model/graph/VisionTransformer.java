package io.hydrabeam.model.graph;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.layers.Dense;
import io.hydrabeam.model.layers.Encoder;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.LayerNorm;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.layers.PatchEmbedding;
import io.hydrabeam.model.layers.Sequences;
import io.hydrabeam.model.params.ParameterName;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A vision transformer, plain or CLIP's image tower, with optional Hydra branches: patches, blocks,
 * final LayerNorm, class token, CLIP's projection, head. No pre-logits layer.
 *
 * <p>Images {@code [batch, imageSize, imageSize, 3]}, features {@code [batch, featureWidth]},
 * logits {@code [batch, classes]}. The same object can add its operations for training and for
 * evaluation; both share the parameters.
 */
public final class VisionTransformer {

  private final PatchEmbedding embedding;
  private final Encoder encoder;
  private final LayerNorm norm;
  private final ParameterScope root;
  private final boolean projects;
  private final Dense head;

  /**
   * A transformer over the parameters of {@code root}.
   *
   * @param settings of its blocks
   */
  public VisionTransformer(ParameterScope root, VitConfig config, EncoderSettings settings) {
    this.root = root;
    this.embedding = new PatchEmbedding(root.sub("embedding"), config);
    this.encoder = new Encoder(root, config.encoder(), settings);
    this.norm = new LayerNorm(root.sub(ParameterName.FINAL_NORM), config.epsilon());
    this.projects = config.isClip();
    this.head = new Dense(root.sub("head"));
  }

  /** Tokens after the embedding and after every block, each {@code [batch·tokens, width]}. */
  public List<Operand<TFloat32>> encode(Ops tf, Operand<TFloat32> images, int batch, Mode<?> mode) {
    return encoder.call(tf, embedding.call(tf, images, batch, mode), Sequences.full(batch), mode);
  }

  /** The final LayerNorm of tokens {@code [rows, width]}. */
  public Operand<TFloat32> normalize(Ops tf, Operand<TFloat32> tokens) {
    return norm.call(tf, tokens, Mode.singlePrecision());
  }

  /**
   * The class token after the final LayerNorm and, in CLIP, the projection; not normalised to a
   * length. {@code [batch, featureWidth]}
   */
  public Operand<TFloat32> features(Ops tf, Operand<TFloat32> images, int batch, Mode<?> mode) {
    Operand<TFloat32> classToken =
        encoder.callFirst(tf, embedding.call(tf, images, batch, mode), Sequences.full(batch), mode);
    Operand<TFloat32> normalized = normalize(tf, classToken);
    return projects
        ? tf.linalg.matMul(normalized, root.get(tf, ParameterName.PROJECTION))
        : normalized;
  }

  /** Class scores from features. */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features) {
    return head.call(tf, features);
  }
}
