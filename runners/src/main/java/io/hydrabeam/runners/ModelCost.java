package io.hydrabeam.runners;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.image.RgbImage;

/**
 * What a record costs a model.
 *
 * @param operations floating-point operations of a forward pass, a multiplication and an addition
 *     counting as two
 * @param width of a token
 * @param depth number of blocks
 * @param rawBytes of a record before it is compressed
 */
record ModelCost(double operations, int width, int depth, double rawBytes) {

  /** Bytes of a stored token, its share of the sentences included. */
  private static final double TOKEN_BYTES = 8;

  /**
   * Of a model.
   *
   * @param tokens of a text, padding included; images have a number of their own
   */
  static ModelCost of(BackboneConfig model, double tokens) {
    if (model instanceof RobertaConfig roberta) {
      return new ModelCost(
          roberta.operations((int) Math.ceil(tokens)),
          model.width(),
          model.depth(),
          TOKEN_BYTES * tokens);
    }
    return of((VitConfig) model);
  }

  /** Of a model of images. */
  static ModelCost of(VitConfig vit) {
    return new ModelCost(
        vit.operations(),
        vit.width(),
        vit.depth(),
        (double) vit.imageSize() * vit.imageSize() * RgbImage.CHANNELS);
  }
}
