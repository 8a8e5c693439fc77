package io.hydrabeam.model;

/**
 * Sizes of a RoBERTa (arXiv 1907.11692): post-norm blocks over token, position and segment
 * embeddings; the feature is the first token, {@code <s>}, after the last block.
 *
 * @param vocabulary number of tokens
 * @param positions rows of learned positions, of which the first {@value #FIRST_POSITION} stand for
 *     no token: 514 for sequences of 512
 * @param width of a token
 * @param depth number of blocks
 * @param heads attention heads; divides {@code width}
 * @param mlpWidth width of the MLP's hidden layer
 * @param epsilon of every LayerNorm
 */
public record RobertaConfig(
    int vocabulary, int positions, int width, int depth, int heads, int mlpWidth, float epsilon)
    implements BackboneConfig {

  /** LayerNorm's epsilon in the published models. */
  public static final float EPSILON_DEFAULT = 1e-5f;

  /** Position of the first token: the row after the padding's. */
  public static final int FIRST_POSITION = 2;

  public RobertaConfig {
    EncoderConfig.requirePositive("vocabulary", vocabulary);
    if (positions <= FIRST_POSITION) {
      throw new IllegalArgumentException(
          "positions (%d) must be more than %d".formatted(positions, FIRST_POSITION));
    }
    var unused = encoder(1, width, depth, heads, mlpWidth, epsilon);
  }

  /** RoBERTa-base: 124.1 M parameters without a head. */
  public static RobertaConfig base() {
    return new RobertaConfig(50265, 514, 768, 12, 12, 3072, EPSILON_DEFAULT);
  }

  /** RoBERTa-large: 354.3 M parameters without a head. */
  public static RobertaConfig large() {
    return new RobertaConfig(50265, 514, 1024, 24, 16, 4096, EPSILON_DEFAULT);
  }

  /** For tests: width 32, two blocks, sequences of 62. */
  public static RobertaConfig tiny(int vocabulary) {
    return new RobertaConfig(vocabulary, 64, 32, 2, 4, 64, EPSILON_DEFAULT);
  }

  @Override
  public Activation activation() {
    return Activation.GELU;
  }

  @Override
  public int featureWidth() {
    return width;
  }

  /** Longest sequence, start and end tokens included. */
  public int context() {
    return positions - FIRST_POSITION;
  }

  /**
   * The blocks over sequences of {@code tokens}.
   *
   * @param tokens at most {@link #context}
   */
  public EncoderConfig encoder(int tokens) {
    if (tokens > context()) {
      throw new IllegalArgumentException(
          "tokens (%d) must not be more than context (%d)".formatted(tokens, context()));
    }
    return encoder(tokens, width, depth, heads, mlpWidth, epsilon);
  }

  private static EncoderConfig encoder(
      int tokens, int width, int depth, int heads, int mlpWidth, float epsilon) {
    return new EncoderConfig(
        tokens,
        width,
        depth,
        heads,
        mlpWidth,
        epsilon,
        Activation.GELU,
        /* causal= */ false,
        NormOrder.POST);
  }

  /**
   * Floating-point operations of a forward pass of one sequence, a multiplication and an addition
   * counting as two: 22.3e9 for RoBERTa-base and 128 tokens, head included.
   */
  public double operations(int tokens) {
    double products = 4.0 * width * width + 2.0 * width * mlpWidth;
    double attention = 2.0 * tokens * width;
    return 2 * (tokens * depth * (products + attention) + (double) width * width);
  }
}
