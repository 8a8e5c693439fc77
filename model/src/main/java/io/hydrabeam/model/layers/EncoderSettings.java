package io.hydrabeam.model.layers;

/**
 * What blocks do beside what their sizes say.
 *
 * @param hydraScale s of the Hydra branches, if there are any
 * @param hydraDropout on the branches' bottleneck while training
 * @param dropPath drop probability of the last block while training; it grows linearly from 0 at
 *     the first; of pre-norm blocks
 * @param dropout on attention's weights and on the output of attention and MLP while training; of
 *     post-norm blocks
 */
public record EncoderSettings(
    double hydraScale, double hydraDropout, double dropPath, double dropout) {

  /** Nothing random, no branches. */
  public static final EncoderSettings PLAIN = new EncoderSettings(0, 0, 0, 0);

  /** The same with a block's own drop probability. */
  EncoderSettings withDropPath(double own) {
    return new EncoderSettings(hydraScale, hydraDropout, own, dropout);
  }
}
