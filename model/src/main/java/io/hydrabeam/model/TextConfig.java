package io.hydrabeam.model;

/**
 * Sizes of CLIP's text tower (arXiv 2103.00020): causal pre-norm blocks, the feature taken at the
 * end token, a projection to the embedding that texts and images share.
 *
 * @param vocabulary number of tokens
 * @param context longest sequence, start and end token included
 * @param width of a token
 * @param depth number of blocks
 * @param heads attention heads; divides {@code width}
 * @param mlpWidth width of the MLP's hidden layer
 * @param epsilon of every LayerNorm
 * @param activation of the MLP
 * @param embedding width of the projection
 */
public record TextConfig(
    int vocabulary,
    int context,
    int width,
    int depth,
    int heads,
    int mlpWidth,
    float epsilon,
    Activation activation,
    int embedding) {

  public TextConfig {
    EncoderConfig.requirePositive("vocabulary", vocabulary);
    EncoderConfig.requirePositive("context", context);
    EncoderConfig.requirePositive("embedding", embedding);
    var unused =
        new EncoderConfig(
            context, width, depth, heads, mlpWidth, epsilon, activation, true, NormOrder.PRE);
  }

  /** Text tower of CLIP ViT-B/32 and ViT-B/16: 63.4 M parameters. */
  public static TextConfig clipBase() {
    return new TextConfig(
        49408, 77, 512, 12, 8, 2048, VitConfig.EPSILON_CLIP, Activation.QUICK_GELU, 512);
  }

  /**
   * The blocks over sequences of {@code tokens}. No token sees a later one, so sequences may be cut
   * behind the token that is read.
   *
   * @param tokens at most {@code context}
   */
  public EncoderConfig encoder(int tokens) {
    if (tokens > context) {
      throw new IllegalArgumentException(
          "tokens (%d) must not be more than context (%d)".formatted(tokens, context));
    }
    return new EncoderConfig(
        tokens,
        width,
        depth,
        heads,
        mlpWidth,
        epsilon,
        activation,
        /* causal= */ true,
        NormOrder.PRE);
  }
}
