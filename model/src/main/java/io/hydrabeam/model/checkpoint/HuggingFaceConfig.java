package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What Hugging Face's {@code config.json} says of the CLIP weights beside it. It serves as a
 * sidecar; fields that are of no concern here are not looked at.
 */
public final class HuggingFaceConfig {

  /** Name of the file, in the folder of the weights. */
  public static final String NAME = "config.json";

  private static final String IMAGE = "vision_config";

  private static final String TEXT = "text_config";

  private static final String ACTIVATION = "hidden_act";

  private static final String EPSILON = "layer_norm_eps";

  private static final String HEADS = "num_attention_heads";

  private HuggingFaceConfig() {}

  /**
   * Reads the configuration of a weight file; without one, or if it is not CLIP's, all fields are
   * empty.
   *
   * @throws WeightFileException if a field is wrong, or if the towers differ where they may not
   */
  static BackboneSidecar readFor(Path weights) throws IOException {
    Path file = weights.resolveSibling(NAME);
    if (!Files.exists(file) || file.equals(weights)) {
      return BackboneSidecar.EMPTY;
    }
    JsonFields fields = JsonFields.read(file);
    if (!fields.has(IMAGE)) {
      return BackboneSidecar.EMPTY;
    }
    BackboneSidecar image = tower(fields.object(IMAGE));
    if (!fields.has(TEXT)) {
      return image;
    }
    BackboneSidecar text = tower(fields.object(TEXT));
    if (!text.epsilon().equals(image.epsilon()) || !text.activation().equals(image.activation())) {
      throw new WeightFileException(
          file,
          "%s and %s differ in %s or %s, which must be one for both"
              .formatted(IMAGE, TEXT, EPSILON, ACTIVATION));
    }
    return new BackboneSidecar(
        image.heads(), text.heads(), image.epsilon(), image.activation(), Optional.empty());
  }

  static BackboneSidecar tower(JsonFields fields) throws WeightFileException {
    return new BackboneSidecar(
        fields.has(HEADS) ? OptionalInt.of(fields.integer(HEADS)) : OptionalInt.empty(),
        OptionalInt.empty(),
        fields.has(EPSILON) ? Optional.of((float) fields.number(EPSILON)) : Optional.empty(),
        fields.has(ACTIVATION)
            ? Optional.of(fields.constant(ACTIVATION, Activation.class))
            : Optional.empty(),
        Optional.empty());
  }
}
