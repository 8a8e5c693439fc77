package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A post-norm block: {@code h = norm1(x + drop(attention(x)))}, {@code y = norm2(h +
 * drop(mlp(h)))}. The residual stream, which the norms are a part of, is in single precision.
 */
final class PostNormBlock implements EncoderBlock {

  private final EncoderConfig config;

  private final MultiHeadAttention attention;

  private final Dropout attentionDrop;

  private final LayerNorm norm1;

  private final Mlp mlp;

  private final Dropout mlpDrop;

  private final LayerNorm norm2;

  PostNormBlock(ParameterScope scope, EncoderConfig config, EncoderSettings settings) {
    this.config = config;
    this.attention = new MultiHeadAttention(scope.sub("attention"), config, settings);
    this.attentionDrop = new Dropout(scope.path() + "attention/dropout", settings.dropout());
    this.norm1 = new LayerNorm(scope.sub("norm1"), config.epsilon());
    this.mlp = new Mlp(scope.sub("mlp"), config.activation(), settings);
    this.mlpDrop = new Dropout(scope.path() + "mlp/dropout", settings.dropout());
    this.norm2 = new LayerNorm(scope.sub("norm2"), config.epsilon());
  }

  @Override
  public <T extends TFloating> Residual<T> call(
      Ops tf, Residual<T> x, Sequences sequences, Mode<T> mode) {
    Operand<TFloat32> in = x.sum(tf);
    Operand<T> attended = attention.call(tf, FloatTypes.cast(tf, in, mode.type()), sequences, mode);
    return rest(tf, in, attended, (long) sequences.batch() * config.tokens(), mode);
  }

  @Override
  public <T extends TFloating> Residual<T> callFirst(
      Ops tf, Residual<T> x, Sequences sequences, Mode<T> mode) {
    Mode<T> ofFirst = mode.ofFirst(config.tokens());
    Operand<TFloat32> in = x.sum(tf);
    Operand<T> attended =
        attention.callFirst(tf, FloatTypes.cast(tf, in, mode.type()), sequences, ofFirst);
    return rest(
        tf, FirstToken.of(tf, in, sequences.batch(), config), attended, sequences.batch(), ofFirst);
  }

  private <T extends TFloating> Residual<T> rest(
      Ops tf, Operand<TFloat32> x, Operand<T> attended, long rows, Mode<T> mode) {
    Operand<TFloat32> middle =
        normalized(
            tf, x, attentionDrop.call(tf, attended, rows, config.width(), mode), norm1, mode);
    Operand<T> transformed = mlp.call(tf, FloatTypes.cast(tf, middle, mode.type()), mode);
    return Residual.of(
        normalized(
            tf, middle, mlpDrop.call(tf, transformed, rows, config.width(), mode), norm2, mode));
  }

  private static <T extends TFloating> Operand<TFloat32> normalized(
      Ops tf, Operand<TFloat32> x, Operand<T> branch, LayerNorm norm, Mode<T> mode) {
    return norm.callAdding(tf, x, FloatTypes.wide(tf, branch), Optional.empty(), mode.wide())
        .normalized();
  }
}
