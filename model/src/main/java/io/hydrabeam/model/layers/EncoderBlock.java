package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A pre-norm transformer block: {@code x + attention(norm1(x))}, then {@code x + mlp(norm2(x))},
 * each residual under {@link DropPath}.
 *
 * <p>x and y {@code [batch·tokens, width]}.
 */
public final class EncoderBlock {

  private final EncoderConfig config;
  private final LayerNorm norm1;
  private final MultiHeadAttention attention;
  private final DropPath attentionDrop;
  private final LayerNorm norm2;
  private final Mlp mlp;
  private final DropPath mlpDrop;

  /**
   * A block.
   *
   * @param hydraScale s of the Hydra branches, where the scope has any
   * @param dropout on their bottleneck
   * @param dropPath this block's drop probability
   */
  public EncoderBlock(
      ParameterScope scope,
      EncoderConfig config,
      double hydraScale,
      double dropout,
      double dropPath) {
    this.config = config;
    this.norm1 = new LayerNorm(scope.sub("norm1"), config.epsilon());
    this.attention = new MultiHeadAttention(scope.sub("attention"), config, hydraScale, dropout);
    this.attentionDrop = new DropPath(scope.path() + "attention/drop_path", dropPath);
    this.norm2 = new LayerNorm(scope.sub("norm2"), config.epsilon());
    this.mlp = new Mlp(scope.sub("mlp"), config.activation(), hydraScale, dropout);
    this.mlpDrop = new DropPath(scope.path() + "mlp/drop_path", dropPath);
  }

  /** Applies the block. */
  public Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, int batch, Mode mode) {
    Operand<TFloat32> attended = attention.call(tf, norm1.call(tf, x, mode), batch, mode);
    return rest(tf, x, attended, batch, config.tokens(), mode);
  }

  /**
   * The first token of each sequence alone, {@code [batch, width]}: as {@link #call}, without the
   * work for the other tokens' outputs, which is five sixths of the products.
   */
  public Operand<TFloat32> callFirst(Ops tf, Operand<TFloat32> x, int batch, Mode mode) {
    Mode ofFirst = mode.ofFirst(config.tokens());
    Operand<TFloat32> attended = attention.callFirst(tf, norm1.call(tf, x, mode), batch, ofFirst);
    return rest(tf, FirstToken.of(tf, x, batch, config), attended, batch, 1, ofFirst);
  }

  private Operand<TFloat32> rest(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> attended, int batch, int tokens, Mode mode) {
    int width = config.width();
    Operand<TFloat32> middle =
        tf.math.add(x, attentionDrop.call(tf, attended, batch, tokens, width, mode));
    Operand<TFloat32> transformed = mlp.call(tf, norm2.call(tf, middle, mode), mode);
    return tf.math.add(middle, mlpDrop.call(tf, transformed, batch, tokens, width, mode));
  }
}
