package io.hydrabeam.model;

/** Sizes of a transformer that adapters are trained on: one of images or one of texts. */
public sealed interface BackboneConfig permits VitConfig, RobertaConfig {

  /** Width of a token. */
  int width();

  /** Number of blocks. */
  int depth();

  /** Attention heads; divides {@link #width}. */
  int heads();

  /** Width of the MLP's hidden layer. */
  int mlpWidth();

  /** Of every LayerNorm. */
  float epsilon();

  /** Of the MLP. */
  Activation activation();

  /**
   * These sizes as a vision transformer's.
   *
   * @throws IllegalArgumentException if they are those of a transformer of texts
   */
  default VitConfig vision() {
    if (this instanceof VitConfig vit) {
      return vit;
    }
    throw new IllegalArgumentException("the model reads texts; needed is one of images");
  }

  /** Width of a record's feature vector, which a head reads. */
  int featureWidth();
}
