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
  static BackboneSource random(VitConfig vit, Optional<Normalization> normalization) {
    return new BackboneSource("", RANDOM + sizes(vit), vit, normalization);
  }

  /** Whether a job with this {@code JobKey.backbone_hash} draws its backbone. */
  public static boolean isRandom(String backboneHash) {
    return backboneHash.startsWith(RANDOM);
  }

  /** The sizes of a drawn backbone. */
  public static VitConfig randomSizes(String backboneHash) {
    return parseSizes(backboneHash.substring(RANDOM.length()));
  }

  private static String sizes(VitConfig vit) {
    return "%d/%d/%d/%d/%d/%d"
        .formatted(
            vit.imageSize(),
            vit.patchSize(),
            vit.width(),
            vit.depth(),
            vit.heads(),
            vit.mlpWidth());
  }

  /**
   * Reads the sizes of a plain vision transformer.
   *
   * @throws IllegalArgumentException if the text is neither a known name nor sizes that fit
   */
  static VitConfig parseSizes(String text) {
    return NamedSizes.find(text)
        .filter(vit -> !vit.isClip())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "randomBackbone (%s) must be sample, %s or image/patch/width/depth/heads/mlp"
                        .formatted(text, NamedSizes.names(false))));
  }
}
