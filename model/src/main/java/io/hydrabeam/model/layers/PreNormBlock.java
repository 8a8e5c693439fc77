package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A pre-norm transformer block: {@code x + attention(norm1(x))}, then {@code x + mlp(norm2(x))},
 * each residual under {@link DropPath}.
 *
 * <p>x and y {@code [batch·tokens, width]}, as {@link Residual}s.
 */
final class PreNormBlock implements EncoderBlock {

  private final EncoderConfig config;
  private final LayerNorm norm1;
  private final MultiHeadAttention attention;
  private final DropPath attentionDrop;
  private final LayerNorm norm2;
  private final Mlp mlp;
  private final DropPath mlpDrop;

  PreNormBlock(ParameterScope scope, EncoderConfig config, EncoderSettings settings) {
    this.config = config;
    this.norm1 = new LayerNorm(scope.sub("norm1"), config.epsilon());
    this.attention = new MultiHeadAttention(scope.sub("attention"), config, settings);
    this.attentionDrop = new DropPath(scope.path() + "attention/drop_path", settings.dropPath());
    this.norm2 = new LayerNorm(scope.sub("norm2"), config.epsilon());
    this.mlp = new Mlp(scope.sub("mlp"), config.activation(), settings);
    this.mlpDrop = new DropPath(scope.path() + "mlp/drop_path", settings.dropPath());
  }

  @Override
  public <T extends TFloating> Residual<T> call(
      Ops tf, Residual<T> x, Sequences sequences, Mode<T> mode) {
    LayerNorm.Added<T> in = x.normalized(tf, norm1, mode);
    Operand<T> attended = attention.call(tf, in.normalized(), sequences, mode);
    return rest(tf, in.sum(), attended, sequences.batch(), mode);
  }

  @Override
  public <T extends TFloating> Residual<T> callFirst(
      Ops tf, Residual<T> x, Sequences sequences, Mode<T> mode) {
    int batch = sequences.batch();
    Mode<T> ofFirst = mode.ofFirst(config.tokens());
    LayerNorm.Added<T> in = x.normalized(tf, norm1, mode);
    Operand<T> attended = attention.callFirst(tf, in.normalized(), sequences, ofFirst);
    return rest(tf, FirstToken.of(tf, in.sum(), batch, config), attended, batch, ofFirst);
  }

  private <T extends TFloating> Residual<T> rest(
      Ops tf, Operand<TFloat32> x, Operand<T> attended, int batch, Mode<T> mode) {
    LayerNorm.Added<T> middle =
        Residual.adding(x, attended, attentionDrop.factors(tf, batch, mode))
            .normalized(tf, norm2, mode);
    Operand<T> transformed = mlp.call(tf, middle.normalized(), mode);
    return Residual.adding(middle.sum(), transformed, mlpDrop.factors(tf, batch, mode));
  }
}
