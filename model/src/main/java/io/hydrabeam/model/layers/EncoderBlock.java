package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import io.hydrabeam.model.NormOrder;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A transformer block: attention and MLP, each with a residual connection and a LayerNorm.
 *
 * <p>x and y {@code [batch·tokens, width]}, as {@link Residual}s.
 */
interface EncoderBlock {

  /**
   * A block.
   *
   * @param settings with this block's own drop probability
   */
  static EncoderBlock of(ParameterScope scope, EncoderConfig config, EncoderSettings settings) {
    return config.norms() == NormOrder.PRE
        ? new PreNormBlock(scope, config, settings)
        : new PostNormBlock(scope, config, settings);
  }

  /** Applies the block. */
  <T extends TFloating> Residual<T> call(Ops tf, Residual<T> x, Sequences sequences, Mode<T> mode);

  /**
   * The first token of each sequence alone, {@code [batch, width]}: as {@link #call}, without the
   * work for the other tokens' outputs, which is five sixths of the products.
   */
  <T extends TFloating> Residual<T> callFirst(
      Ops tf, Residual<T> x, Sequences sequences, Mode<T> mode);
}
