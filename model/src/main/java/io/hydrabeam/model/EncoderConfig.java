package io.hydrabeam.model;

/**
 * Sizes of a stack of transformer blocks, whatever its tokens stand for.
 *
 * @param tokens in a sequence
 * @param width of a token
 * @param depth number of blocks
 * @param heads attention heads; divides {@code width}
 * @param mlpWidth width of the MLP's hidden layer
 * @param epsilon of every LayerNorm
 * @param activation of the MLP
 * @param causal whether a token sees only itself and those before it
 * @param norms where the LayerNorms stand
 */
public record EncoderConfig(
    int tokens,
    int width,
    int depth,
    int heads,
    int mlpWidth,
    float epsilon,
    Activation activation,
    boolean causal,
    NormOrder norms) {

  public EncoderConfig {
    requirePositive("tokens", tokens);
    requirePositive("width", width);
    requirePositive("depth", depth);
    requirePositive("heads", heads);
    requirePositive("mlpWidth", mlpWidth);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads (%d) must divide width (%d)".formatted(heads, width));
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon (%s) must be positive".formatted(epsilon));
    }
  }

  static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
    }
  }
}
