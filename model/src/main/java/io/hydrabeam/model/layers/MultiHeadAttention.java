package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
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
    List<? extends Operand<TFloat32>> parts = parts(tf, qkv.call(tf, x), batch, 3);
    Operand<TFloat32> mixed = attend(tf, parts.get(0), parts.get(1), parts.get(2), config.causal());
    // [batch, tokens, heads, headWidth] -> [batch·tokens, width]
    Operand<TFloat32> flat =
        tf.reshape(mixed, tf.constant(new int[] {batch * tokens, config.width()}));
    return projection.call(tf, flat, mode);
  }

  /**
   * What the first token of each sequence gets, {@code [batch, width]}: all others are only looked
   * at.
   */
  Operand<TFloat32> callFirst(Ops tf, Operand<TFloat32> x, int batch, Mode mode) {
    int width = config.width();
    Operand<TFloat32> first = FirstToken.of(tf, x, batch, config);
    Operand<TFloat32> query =
        tf.reshape(
            qkv.call(tf, first, 0, width),
            tf.constant(new int[] {batch, 1, config.heads(), width / config.heads()}));
    List<? extends Operand<TFloat32>> parts =
        parts(tf, qkv.call(tf, x, width, 2 * width), batch, 2);
    // The first of a causal sequence would see itself alone.
    Operand<TFloat32> mixed = attend(tf, query, parts.get(0), parts.get(1), /* causal= */ false);
    return projection.call(tf, tf.reshape(mixed, tf.constant(new int[] {batch, width})), mode);
  }

  /** {@code [batch·tokens, count·width] -> count × [batch, tokens, heads, headWidth]}. */
  private List<? extends Operand<TFloat32>> parts(
      Ops tf, Operand<TFloat32> packed, int batch, int count) {
    int heads = config.heads();
    int[] shape = {batch, config.tokens(), count, heads, config.width() / heads};
    return tf.unstack(tf.reshape(packed, tf.constant(shape)), (long) count, Unstack.axis(2L))
        .output();
  }

  private Operand<TFloat32> attend(
      Ops tf,
      Operand<TFloat32> query,
      Operand<TFloat32> key,
      Operand<TFloat32> value,
      boolean causal) {
    double headWidth = (double) config.width() / config.heads();
    Operand<TFloat32> scaled = tf.math.mul(query, tf.constant((float) (1 / Math.sqrt(headWidth))));
    // Einsum rather than batchMatMul: the latter's kernel is slower, and far slower under bf16.
    Operand<TFloat32> similarity = tf.linalg.einsum(List.of(scaled, key), "bnhd,bmhd->bhnm");
    Operand<TFloat32> weights =
        tf.nn.softmax(
            causal ? tf.math.add(similarity, causalMask(tf, config.tokens())) : similarity);
    return tf.linalg.einsum(List.of(weights, value), "bhnm,bmhd->bnhd");
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
