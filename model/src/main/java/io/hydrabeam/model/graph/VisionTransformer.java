package io.hydrabeam.model.graph;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.layers.Dense;
import io.hydrabeam.model.layers.EncoderBlock;
import io.hydrabeam.model.layers.LayerNorm;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.layers.PatchEmbedding;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A vision transformer (arXiv 2010.11929) with optional Hydra branches: patches, blocks, final
 * LayerNorm, class token, head. No pre-logits layer.
 *
 * <p>Images {@code [batch, imageSize, imageSize, 3]}, features {@code [batch, width]}, logits
 * {@code [batch, classes]}. The same object can add its operations for training and for evaluation;
 * both share the parameters.
 */
public final class VisionTransformer {

  private final VitConfig config;
  private final PatchEmbedding embedding;
  private final List<EncoderBlock> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private final Dense head;

  /**
   * A transformer over the parameters of {@code root}.
   *
   * @param hydraScale s of the Hydra branches, if there are any
   * @param dropout on the branches' bottleneck while training
   * @param dropPath drop probability of the last block; it grows linearly from 0 at the first
   */
  public VisionTransformer(
      ParameterScope root, VitConfig config, double hydraScale, double dropout, double dropPath) {
    this.config = config;
    this.embedding = new PatchEmbedding(root.sub("embedding"), config);
    ParameterScope encoder = root.sub("encoder");
    for (int i = 0; i < config.depth(); i++) {
      double rate = config.depth() == 1 ? 0 : dropPath * i / (config.depth() - 1);
      blocks.add(
          new EncoderBlock(
              encoder.sub("block%02d".formatted(i)), config, hydraScale, dropout, rate));
    }
    this.norm = new LayerNorm(encoder.sub("norm"), config.epsilon());
    this.head = new Dense(root.sub("head"));
  }

  /** Tokens after the embedding and after every block, each {@code [batch·tokens, width]}. */
  public List<Operand<TFloat32>> encode(Ops tf, Operand<TFloat32> images, int batch, Mode mode) {
    Operand<TFloat32> tokens =
        tf.reshape(
            embedding.call(tf, images, batch),
            tf.constant(new int[] {batch * config.tokens(), config.width()}));
    List<Operand<TFloat32>> outputs = new ArrayList<>(List.of(tokens));
    for (EncoderBlock block : blocks) {
      tokens = block.call(tf, tokens, batch, mode);
      outputs.add(tokens);
    }
    return outputs;
  }

  /** The final LayerNorm of tokens {@code [rows, width]}. */
  public Operand<TFloat32> normalize(Ops tf, Operand<TFloat32> tokens) {
    return norm.call(tf, tokens);
  }

  /** The class token after the final LayerNorm {@code [batch, width]}. */
  public Operand<TFloat32> features(Ops tf, Operand<TFloat32> images, int batch, Mode mode) {
    // LayerNorm acts on each token alone, so only the class token needs the final one.
    Operand<TFloat32> tokens =
        tf.reshape(
            encode(tf, images, batch, mode).get(config.depth()),
            tf.constant(new int[] {batch, config.tokens(), config.width()}));
    return norm.call(tf, tf.gather(tokens, tf.constant(0), tf.constant(1)));
  }

  /** Class scores from features. */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features) {
    return head.call(tf, features);
  }
}
