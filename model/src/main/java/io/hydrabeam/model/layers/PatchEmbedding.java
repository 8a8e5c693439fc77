package io.hydrabeam.model.layers;

import io.hydrabeam.model.VitConfig;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Images to tokens: every patch through one linear map, the class token in front, positions added;
 * in CLIP the map has no bias, and a LayerNorm follows.
 *
 * <p>Images {@code [batch, imageSize, imageSize, 3]}; kernel {@code [patch, patch, 3, width]};
 * class token {@code [1, 1, width]}; positions {@code [1, tokens, width]}; tokens out {@code
 * [batch·tokens, width]}.
 */
public final class PatchEmbedding {

  private final ParameterScope scope;
  private final VitConfig config;
  private final Optional<LayerNorm> norm;

  public PatchEmbedding(ParameterScope scope, VitConfig config) {
    this.scope = scope;
    this.config = config;
    this.norm =
        config.isClip()
            ? Optional.of(new LayerNorm(scope.sub("norm"), config.epsilon()))
            : Optional.empty();
  }

  /** Embeds a batch. */
  public <T extends TFloating> Operand<TFloat32> call(
      Ops tf, Operand<TFloat32> images, int batch, Mode<T> mode) {
    long patch = config.patchSize();
    int width = config.width();
    // [batch, size, size, 3] -> [batch, size / patch, size / patch, width]
    Class<T> type = mode.type();
    Operand<T> grid =
        tf.nn.conv2d(
            FloatTypes.cast(tf, images, type),
            scope.get(tf, "patch/kernel", type),
            List.of(1L, patch, patch, 1L),
            "VALID");
    Operand<T> shifted =
        config.isClip() ? grid : tf.nn.biasAdd(grid, scope.get(tf, "patch/bias", type));
    Operand<TFloat32> patches =
        tf.reshape(
            FloatTypes.wide(tf, shifted),
            tf.constant(new int[] {batch, config.tokens() - 1, width}));
    Operand<TFloat32> classToken =
        tf.broadcastTo(scope.get(tf, "class_token"), Batch.sizes(tf, images, batch, 1, width));
    Operand<TFloat32> tokens = tf.concat(List.of(classToken, patches), tf.constant(1));
    Operand<TFloat32> flat =
        tf.reshape(
            tf.math.add(tokens, scope.get(tf, "position")),
            tf.constant(new int[] {Batch.rows(batch, config.tokens()), width}));
    return norm.isPresent() ? FloatTypes.wide(tf, norm.get().call(tf, flat, mode)) : flat;
  }
}
