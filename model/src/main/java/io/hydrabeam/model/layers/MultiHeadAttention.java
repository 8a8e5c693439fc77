package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Multi-head self-attention, {@code softmax(q·kᵀ / sqrt(headWidth))·v}, and its output projection,
 * which may carry Hydra branches. A causal one leaves out later tokens.
 *
 * <p>x and y {@code [batch·tokens, width]}; {@code qkv/kernel [width, 3·width]} with columns q, k,
 * v, each head-major; {@code projection/kernel [width, width]}.
 */
public final class MultiHeadAttention {

  private final EncoderConfig config;
  private final Dense qkv;
  private final HydraDense projection;

  public MultiHeadAttention(
      ParameterScope scope, EncoderConfig config, double hydraScale, double dropout) {
    this.config = config;
    this.qkv = new Dense(scope.sub("qkv"));
    this.projection = new HydraDense(scope.sub("projection"), hydraScale, dropout);
  }

  /** Applies the layer. */
  public Operand<TFloat32> call(Ops tf, Operand<TFloat32> x, int batch, Mode mode) {
    int tokens = config.tokens();
    int heads = config.heads();
    int headWidth = config.width() / heads;
    // [batch·tokens, 3·width] -> 3 × [batch, tokens, heads, headWidth]
    Operand<TFloat32> packed =
        tf.reshape(qkv.call(tf, x), tf.constant(new int[] {batch, tokens, 3, heads, headWidth}));
    List<? extends Operand<TFloat32>> parts =
        tf.unstack(packed, 3L, org.tensorflow.op.core.Unstack.axis(2L)).output();
    Operand<TFloat32> query =
        tf.math.mul(parts.get(0), tf.constant((float) (1 / Math.sqrt(headWidth))));
    // Einsum rather than batchMatMul: the latter's kernel is slower, and far slower under bf16.
    Operand<TFloat32> similarity =
        tf.linalg.einsum(List.of(query, parts.get(1)), "bnhd,bmhd->bhnm");
    Operand<TFloat32> weights =
        tf.nn.softmax(
            config.causal() ? tf.math.add(similarity, causalMask(tf, tokens)) : similarity);
    Operand<TFloat32> mixed = tf.linalg.einsum(List.of(weights, parts.get(2)), "bhnm,bmhd->bnhd");
    // [batch, tokens, heads, headWidth] -> [batch·tokens, width]
    Operand<TFloat32> flat =
        tf.reshape(mixed, tf.constant(new int[] {batch * tokens, config.width()}));
    return projection.call(tf, flat, mode);
  }

  /** {@code [tokens, tokens]}: 0 on and below the diagonal, −∞ above it. */
  private static Operand<TFloat32> causalMask(Ops tf, int tokens) {
    float[][] mask = new float[tokens][tokens];
    for (int row = 0; row < tokens; row++) {
      Arrays.fill(mask[row], row + 1, tokens, Float.NEGATIVE_INFINITY);
    }
    return tf.constant(mask);
  }
}
