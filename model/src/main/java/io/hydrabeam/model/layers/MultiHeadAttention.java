package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import io.hydrabeam.model.NormOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Multi-head self-attention, {@code softmax(q·kᵀ / sqrt(headWidth))·v}, and its output projection,
 * which may carry Hydra branches. A causal one leaves out later tokens, a mask those that are
 * padding.
 *
 * <p>x and y {@code [batch·tokens, width]}; {@code qkv/kernel [width, 3·width]} with columns q, k,
 * v, each head-major; {@code projection/kernel [width, width]}.
 */
public final class MultiHeadAttention {

  private final EncoderConfig config;
  private final Dense qkv;
  private final HydraDense projection;

  private final Dropout weightDrop;

  public MultiHeadAttention(ParameterScope scope, EncoderConfig config, EncoderSettings settings) {
    this.config = config;
    this.qkv = new Dense(scope.sub("qkv"));
    this.projection = new HydraDense(scope.sub("projection"), settings);
    this.weightDrop =
        new Dropout(
            scope.path() + "weights/dropout",
            config.norms() == NormOrder.POST ? settings.dropout() : 0);
  }

  /** Applies the layer. */
  public <T extends TFloating> Operand<T> call(
      Ops tf, Operand<T> x, Sequences sequences, Mode<T> mode) {
    int batch = sequences.batch();
    int tokens = config.tokens();
    List<Operand<T>> parts =
        split(tf, qkv.product(tf, x), qkv.bias(tf), layout(batch, tokens, 3, queryScale()), mode);
    Operand<T> mixed = attend(tf, parts, sequences, tokens, mode);
    return projection.call(tf, join(tf, mixed, layout(batch, tokens, 1, 1), mode), mode);
  }

  /**
   * What the first token of each sequence gets, {@code [batch, width]}: all others are only looked
   * at.
   */
  <T extends TFloating> Operand<T> callFirst(
      Ops tf, Operand<T> x, Sequences sequences, Mode<T> mode) {
    int batch = sequences.batch();
    int width = config.width();
    Operand<T> first = FirstToken.of(tf, x, batch, config);
    Operand<T> query =
        split(
                tf,
                qkv.product(tf, first, 0, width),
                qkv.bias(tf, 0, width),
                layout(batch, 1, 1, queryScale()),
                mode)
            .get(0);
    List<Operand<T>> seen =
        split(
            tf,
            qkv.product(tf, x, width, 2 * width),
            qkv.bias(tf, width, 2 * width),
            layout(batch, config.tokens(), 2, 1),
            mode);
    Operand<T> mixed =
        attend(tf, List.of(query, seen.get(0), seen.get(1)), sequences, /* queries= */ 1, mode);
    return projection.call(tf, join(tf, mixed, layout(batch, 1, 1, 1), mode), mode);
  }

  private double queryScale() {
    return 1 / Math.sqrt((double) config.width() / config.heads());
  }

  private Heads.Layout layout(int batch, int tokens, int parts, double scale) {
    int heads = config.heads();
    return new Heads.Layout(batch, tokens, parts, heads, config.width() / heads, scale);
  }

  private static <T extends TFloating> List<Operand<T>> split(
      Ops tf, Operand<T> packed, Operand<TFloat32> bias, Heads.Layout layout, Mode<T> mode) {
    return mode.isFused()
        ? Fused.splitHeads(tf, packed, bias, layout)
        : Heads.split(tf, tf.nn.biasAdd(packed, FloatTypes.cast(tf, bias, mode.type())), layout);
  }

  private static <T extends TFloating> Operand<T> join(
      Ops tf, Operand<T> x, Heads.Layout layout, Mode<T> mode) {
    return mode.isFused() ? Fused.joinHeads(tf, x, layout) : Heads.join(tf, x, layout);
  }

  /**
   * What the queries get.
   *
   * @param parts query, key, value {@code [batch, heads, tokens, headWidth]}
   * @param queries tokens that look at others: all, or the first
   */
  private <T extends TFloating> Operand<T> attend(
      Ops tf, List<Operand<T>> parts, Sequences sequences, int queries, Mode<T> mode) {
    // Einsum rather than batchMatMul: the latter's kernel is slower, and far slower under bf16. In
    // this layout it transposes nothing, neither here nor in its gradient.
    Operand<T> similarity = tf.linalg.einsum(parts.subList(0, 2), "bhnd,bhmd->bhnm");
    List<Operand<TFloat32>> masks = new ArrayList<>(sequences.mask().stream().toList());
    // The first of a causal sequence would see itself alone.
    if (config.causal() && queries > 1) {
      masks.add(causalMask(tf, config.tokens()));
    }
    for (Operand<TFloat32> mask : masks) {
      similarity = tf.math.add(similarity, FloatTypes.cast(tf, mask, mode.type()));
    }
    Operand<T> weights =
        weightDrop.call(
            tf,
            softmax(tf, similarity, mode),
            Shape.of(sequences.batch(), config.heads(), queries, config.tokens()),
            mode);
    return tf.linalg.einsum(List.of(weights, parts.get(2)), "bhnm,bhmd->bhnd");
  }

  private static <T extends TFloating> Operand<T> softmax(Ops tf, Operand<T> x, Mode<T> mode) {
    if (!mode.isTraining()) {
      // Whatever the format, it sums in single precision; its gradient would not.
      return tf.nn.softmax(x);
    }
    return mode.isFused()
        ? Fused.softmax(tf, x)
        : FloatTypes.cast(tf, tf.nn.softmax(FloatTypes.wide(tf, x)), mode.type());
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
