package io.hydrabeam.model;

/** Where a block's LayerNorms stand. */
public enum NormOrder {
  /** Before attention and before the MLP, beside the residual stream: ViT, CLIP. */
  PRE,
  /** After each sum, in the residual stream itself: RoBERTa. */
  POST
}
