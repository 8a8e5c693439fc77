package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.NamedSizes;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Normalization;
import java.util.Optional;

/**
 * The backbone as jobs name it.
 *
 * @param file weight file; empty where each job draws its own from its seed
 * @param hash {@code JobKey.backbone_hash}
 * @param model sizes
 * @param normalization that the backbone's own description names, if it does
 */
public record BackboneSource(
    String file, String hash, BackboneConfig model, Optional<Normalization> normalization) {

  /**
   * Sizes of a vision transformer.
   *
   * @throws IllegalArgumentException if this is one of texts
   */
  VitConfig vit() {
    return model.vision();
  }

  /** Those of the sample backbone. */
  static final VitConfig SAMPLE_SIZES =
      new VitConfig(48, 8, 96, 4, 3, 384, VitConfig.EPSILON_DEFAULT);

  private static final String RANDOM = "random:";

  /** Drawn by each job from its seed. */
  static BackboneSource random(BackboneConfig model, Optional<Normalization> normalization) {
    return new BackboneSource("", RANDOM + NamedSizes.text(model), model, normalization);
  }

  /** Whether a job with this {@code JobKey.backbone_hash} draws its backbone. */
  public static boolean isRandom(String backboneHash) {
    return backboneHash.startsWith(RANDOM);
  }

  /** The sizes of a drawn backbone. */
  public static BackboneConfig randomSizes(String backboneHash) {
    return parseSizes(backboneHash.substring(RANDOM.length()));
  }

  /**
   * Reads the sizes of a plain vision transformer or a RoBERTa.
   *
   * @throws IllegalArgumentException if the text is neither a known name nor sizes that fit
   */
  static BackboneConfig parseSizes(String text) {
    return NamedSizes.findModel(text)
        .filter(model -> !(model instanceof VitConfig vit && vit.isClip()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "randomBackbone (%s) must be sample, %s, %s, %s or %s"
                        .formatted(
                            text,
                            NamedSizes.names(false),
                            NamedSizes.textNames(),
                            NamedSizes.IMAGE_NUMBERS,
                            NamedSizes.TEXT_NUMBERS)));
  }
}
