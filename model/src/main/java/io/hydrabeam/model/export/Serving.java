package io.hydrabeam.model.export;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.graph.SampleFeed;
import io.hydrabeam.protos.Normalization;

/**
 * What a served model takes and gives.
 *
 * @param model its sizes
 * @param tokens that texts are padded to, within the model's context; 0 for images
 * @param regression whether the head's only output is the answer, a number
 * @param normalization of pixels; without meaning for texts
 */
public record Serving(
    BackboneConfig model, int tokens, boolean regression, Normalization normalization) {

  public Serving {
    if (model instanceof RobertaConfig roberta && (tokens < 1 || tokens > roberta.context())) {
      throw new IllegalArgumentException(
          "tokens (%d) must be from 1 to the model's context (%d)"
              .formatted(tokens, roberta.context()));
    }
  }

  /** Images to class probabilities. */
  public static Serving images(VitConfig vit, Normalization normalization) {
    return new Serving(vit, SampleFeed.NO_LENGTH, /* regression= */ false, normalization);
  }

  String input() {
    return model instanceof RobertaConfig ? ServedModel.IDS : ServedModel.IMAGES;
  }

  String output() {
    return regression ? ServedModel.PREDICTED : ServedModel.PROBABILITIES;
  }
}
