package io.hydrabeam.model;

/**
 * Sizes of a vision transformer (arXiv 2010.11929): pre-norm blocks, class token, learned
 * positions.
 *
 * @param imageSize side of the square input, pixels
 * @param patchSize side of a patch, pixels; divides {@code imageSize}
 * @param width embedding width
 * @param depth number of blocks
 * @param heads attention heads; divides {@code width}
 * @param mlpWidth width of the MLP's hidden layer
 * @param epsilon of every LayerNorm
 */
public record VitConfig(
    int imageSize, int patchSize, int width, int depth, int heads, int mlpWidth, float epsilon) {

  /** LayerNorm's epsilon in timm's and Google's ViT. */
  public static final float EPSILON_DEFAULT = 1e-6f;

  public VitConfig {
    requirePositive("imageSize", imageSize);
    requirePositive("patchSize", patchSize);
    requirePositive("width", width);
    requirePositive("depth", depth);
    requirePositive("heads", heads);
    requirePositive("mlpWidth", mlpWidth);
    if (imageSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "patchSize (%d) must divide imageSize (%d)".formatted(patchSize, imageSize));
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads (%d) must divide width (%d)".formatted(heads, width));
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon (%s) must be positive".formatted(epsilon));
    }
  }

  /** ViT-B/16 at 224 pixels: 85.8 M parameters without a head. */
  public static VitConfig base16() {
    return new VitConfig(224, 16, 768, 12, 12, 3072, EPSILON_DEFAULT);
  }

  /** For tests: 32 pixels, width 32, one block. */
  public static VitConfig tiny() {
    return new VitConfig(32, 8, 32, 1, 4, 128, EPSILON_DEFAULT);
  }

  /** Number of tokens: the patches and the class token. */
  public int tokens() {
    int side = imageSize / patchSize;
    return side * side + 1;
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
    }
  }
}
