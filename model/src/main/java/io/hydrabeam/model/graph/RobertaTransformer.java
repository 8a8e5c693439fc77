package io.hydrabeam.model.graph;

import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.layers.Batch;
import io.hydrabeam.model.layers.Dense;
import io.hydrabeam.model.layers.Dropout;
import io.hydrabeam.model.layers.Encoder;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.LayerNorm;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.layers.Sequences;
import io.hydrabeam.model.params.ParameterName;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A RoBERTa (arXiv 1907.11692) with optional Hydra branches: token, position and segment
 * embeddings, LayerNorm, post-norm blocks, first token, head.
 *
 * <p>Ids {@code [batch, tokens]}, {@value #NO_TOKEN} behind the end of a shorter sequence; features
 * {@code [batch, width]}, logits {@code [batch, classes]}. The head is {@code tanh(drop(x)·W1 +
 * b1)}, dropped again, and a linear layer.
 */
public final class RobertaTransformer {

  /** Stands in ids where there is no token. */
  public static final int NO_TOKEN = -1;

  private final ParameterScope root;

  private final RobertaConfig config;

  private final EncoderSettings settings;

  private final LayerNorm norm;

  private final Dense headDense;

  private final Dense head;

  /** A transformer over the parameters of {@code root}. */
  public RobertaTransformer(ParameterScope root, RobertaConfig config, EncoderSettings settings) {
    this.root = root;
    this.config = config;
    this.settings = settings;
    this.norm = new LayerNorm(root.sub(ParameterName.EMBEDDING_NORM), config.epsilon());
    this.headDense = new Dense(root.sub(ParameterName.HEAD_DENSE));
    this.head = new Dense(root.sub(ParameterName.HEAD));
  }

  /**
   * The first token after the last block, {@code [batch, width]}.
   *
   * @param ids {@code [batch, tokens]}; for evaluation the batch may be {@link Batch#ANY}
   */
  public Operand<TFloat32> features(Ops tf, Operand<TInt32> ids, Mode<?> mode) {
    int batch = Math.toIntExact(ids.shape().get(0));
    int tokens = Math.toIntExact(ids.shape().get(1));
    return new Encoder(root, config.encoder(tokens), settings)
        .callFirst(
            tf,
            embed(tf, ids, batch, tokens, mode),
            new Sequences(batch, Optional.of(mask(tf, ids, batch, tokens))),
            mode);
  }

  /** Class scores from features. */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features, Mode<?> mode) {
    Mode<TFloat32> single = mode.wide();
    long rows = features.shape().get(0);
    Operand<TFloat32> hidden =
        tf.math.tanh(headDense.call(tf, dropped(tf, "head/dense", features, rows, single)));
    return head.call(tf, dropped(tf, "head", hidden, rows, single));
  }

  private Operand<TFloat32> embed(
      Ops tf, Operand<TInt32> ids, int batch, int tokens, Mode<?> mode) {
    int width = config.width();
    // What stands where there is no token is never looked at.
    Operand<TFloat32> embedded =
        tf.gather(
            root.get(tf, ParameterName.TOKEN),
            tf.math.maximum(ids, tf.constant(0)),
            tf.constant(0));
    Operand<TFloat32> positions =
        tf.slice(
            root.get(tf, ParameterName.POSITION),
            tf.constant(new int[] {RobertaConfig.FIRST_POSITION, 0}),
            tf.constant(new int[] {tokens, width}));
    Operand<TFloat32> sum =
        tf.math.add(embedded, tf.math.add(positions, root.get(tf, ParameterName.SEGMENT)));
    // [batch, tokens, width] -> [batch·tokens, width]
    int rows = Batch.rows(batch, tokens);
    Operand<TFloat32> flat = tf.reshape(sum, tf.constant(new int[] {rows, width}));
    Mode<TFloat32> single = mode.wide();
    return dropped(tf, "embedding", norm.call(tf, flat, single), rows, single);
  }

  private Operand<TFloat32> dropped(
      Ops tf, String where, Operand<TFloat32> x, long rows, Mode<TFloat32> mode) {
    return new Dropout(root.path() + where + "/dropout", settings.dropout())
        .call(tf, x, rows, config.width(), mode);
  }

  /** {@code [batch, 1, 1, tokens]}. */
  private static Operand<TFloat32> mask(Ops tf, Operand<TInt32> ids, int batch, int tokens) {
    Operand<TFloat32> absent = tf.dtypes.cast(tf.math.less(ids, tf.constant(0)), TFloat32.class);
    return tf.reshape(
        tf.math.mul(absent, tf.constant(Sequences.HIDDEN)),
        tf.constant(new int[] {batch, 1, 1, tokens}));
  }
}
