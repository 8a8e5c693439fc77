package io.hydrabeam.model;

/**
 * Sizes of a vision transformer: pre-norm blocks, class token, learned positions. A plain one
 * (arXiv 2010.11929) gives the class token after the last LayerNorm. CLIP's image tower (arXiv
 * 2103.00020) has no bias in its patch layer, a LayerNorm before the first block, and a projection
 * of the class token.
 *
 * @param imageSize side of the square input, pixels
 * @param patchSize side of a patch, pixels; divides {@code imageSize}
 * @param width of a token
 * @param depth number of blocks
 * @param heads attention heads; divides {@code width}
 * @param mlpWidth width of the MLP's hidden layer
 * @param epsilon of every LayerNorm
 * @param activation of the MLP
 * @param embedding width of CLIP's projection; 0 for a plain vision transformer
 */
public record VitConfig(
    int imageSize,
    int patchSize,
    int width,
    int depth,
    int heads,
    int mlpWidth,
    float epsilon,
    Activation activation,
    int embedding)
    implements BackboneConfig {

  /** LayerNorm's epsilon in timm's and Google's ViT. */
  public static final float EPSILON_DEFAULT = 1e-6f;

  /** LayerNorm's epsilon in CLIP, both towers. */
  public static final float EPSILON_CLIP = 1e-5f;

  public VitConfig {
    EncoderConfig.requirePositive("imageSize", imageSize);
    EncoderConfig.requirePositive("patchSize", patchSize);
    if (imageSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "patchSize (%d) must divide imageSize (%d)".formatted(patchSize, imageSize));
    }
    if (embedding < 0) {
      throw new IllegalArgumentException(
          "embedding (%d) must not be negative".formatted(embedding));
    }
    var unused =
        new EncoderConfig(
            tokens(imageSize, patchSize),
            width,
            depth,
            heads,
            mlpWidth,
            epsilon,
            activation,
            false,
            NormOrder.PRE);
  }

  /** A plain vision transformer. */
  public VitConfig(
      int imageSize, int patchSize, int width, int depth, int heads, int mlpWidth, float epsilon) {
    this(imageSize, patchSize, width, depth, heads, mlpWidth, epsilon, Activation.GELU, 0);
  }

  /** ViT-B/16 at 224 pixels: 85.8 M parameters without a head. */
  public static VitConfig base16() {
    return new VitConfig(224, 16, 768, 12, 12, 3072, EPSILON_DEFAULT);
  }

  /** For tests: 32 pixels, width 32, one block. */
  public static VitConfig tiny() {
    return new VitConfig(32, 8, 32, 1, 4, 128, EPSILON_DEFAULT);
  }

  /** Image tower of CLIP ViT-B/32: 87.8 M parameters. */
  public static VitConfig clipBase32() {
    return new VitConfig(224, 32, 768, 12, 12, 3072, EPSILON_CLIP, Activation.QUICK_GELU, 512);
  }

  /** Image tower of CLIP ViT-B/16: 86.2 M parameters. */
  public static VitConfig clipBase16() {
    return new VitConfig(224, 16, 768, 12, 12, 3072, EPSILON_CLIP, Activation.QUICK_GELU, 512);
  }

  /** For tests: CLIP's structure with the sizes of {@link #tiny} and an embedding of 16. */
  public static VitConfig clipTiny() {
    return new VitConfig(32, 8, 32, 1, 4, 128, EPSILON_CLIP, Activation.QUICK_GELU, 16);
  }

  /** Whether this is CLIP's image tower. */
  public boolean isClip() {
    return embedding > 0;
  }

  /** Number of tokens: the patches and the class token. */
  public int tokens() {
    return tokens(imageSize, patchSize);
  }

  @Override
  public int featureWidth() {
    return isClip() ? embedding : width;
  }

  /**
   * Floating-point operations of a forward pass of one image, a multiplication and an addition
   * counting as two: 35.1e9 for ViT-B/16 at 224 pixels. All tokens of all blocks count.
   */
  public double operations() {
    double tokens = tokens();
    double products = 4.0 * width * width + 2.0 * width * mlpWidth;
    double attention = 2 * tokens * width;
    double patch = 3.0 * patchSize * patchSize * width;
    return 2 * tokens * (depth * (products + attention) + patch);
  }

  /** The blocks. */
  public EncoderConfig encoder() {
    return new EncoderConfig(
        tokens(),
        width,
        depth,
        heads,
        mlpWidth,
        epsilon,
        activation,
        /* causal= */ false,
        NormOrder.PRE);
  }

  private static int tokens(int imageSize, int patchSize) {
    int side = imageSize / patchSize;
    return side * side + 1;
  }
}
