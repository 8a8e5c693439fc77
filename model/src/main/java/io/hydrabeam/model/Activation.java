package io.hydrabeam.model;

/** The nonlinearity between the two layers of a block's MLP. */
public enum Activation {
  /** {@code x/2 · (1 + erf(x / sqrt(2)))}. */
  GELU,
  /** {@code x · sigmoid(1.702 · x)}, CLIP's. */
  QUICK_GELU
}
