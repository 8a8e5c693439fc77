package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Normalization;
import java.util.Optional;

/**
 * The backbone as jobs name it.
 *
 * @param file weight file; empty where each job draws its own from its seed
 * @param hash {@code JobKey.backbone_hash}
 * @param vit sizes
 * @param normalization that the backbone's own description names, if it does
 */
public record BackboneSource(
    String file, String hash, VitConfig vit, Optional<Normalization> normalization) {

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
   * Reads {@code image/patch/width/depth/heads/mlp}.
   *
   * @throws IllegalArgumentException if that is not what it is
   */
  static VitConfig parseSizes(String text) {
    String[] parts = text.split("/", -1);
    int[] numbers = new int[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        numbers[i] = Integer.parseInt(parts[i]);
      }
    } catch (NumberFormatException e) {
      throw malformed(text);
    }
    if (numbers.length != 6) {
      throw malformed(text);
    }
    return new VitConfig(
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
        VitConfig.EPSILON_DEFAULT);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "randomBackbone (%s) must be base16, sample, tiny or image/patch/width/depth/heads/mlp"
            .formatted(text));
  }
}
