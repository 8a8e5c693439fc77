package io.hydrabeam.model.params;

import io.hydrabeam.protos.Site;

/**
 * The canonical names of parameters: those of the graph's variables, of seeds and of hashes. They
 * are an API; weight files with other names are translated on reading and writing.
 *
 * <p>A name is a scope ({@code encoder/block03/mlp/fc2}) and what it is there ({@code kernel},
 * {@code bias}, {@code scale}). Kernels are {@code [in, out]}, {@code y = x·W + b}.
 */
public final class ParameterName {

  /** Scope of the linear map from a patch to a token. */
  public static final String PATCH = "embedding/patch";

  /** {@code [patch, patch, 3, width]}: row, column, colour, output. */
  public static final String PATCH_KERNEL = kernel(PATCH);

  /** {@code [width]}. */
  public static final String PATCH_BIAS = bias(PATCH);

  /** {@code [1, 1, width]}. */
  public static final String CLASS_TOKEN = "embedding/class_token";

  /** {@code [1, tokens, width]}, the class token's first; of RoBERTa {@code [positions, width]}. */
  public static final String POSITION = "embedding/position";

  /** {@code [vocabulary, width]}: a row for every token of RoBERTa's. */
  public static final String TOKEN = "embedding/token";

  /** {@code [1, width]}: added to every token of RoBERTa's, which knows a single segment. */
  public static final String SEGMENT = "embedding/segment";

  /** Scope of CLIP's and RoBERTa's LayerNorm between the embedding and the first block. */
  public static final String EMBEDDING_NORM = "embedding/norm";

  /** Scope of the LayerNorm after the last block. */
  public static final String FINAL_NORM = "encoder/norm";

  /** {@code [width, embedding]}: CLIP's last layer, without a bias. */
  public static final String PROJECTION = kernel("projection");

  /** Scope of the classifier. */
  public static final String HEAD = "head";

  /** Scope of the layer, followed by a tanh, between RoBERTa's feature and its classifier. */
  public static final String HEAD_DENSE = HEAD + "/dense";

  /** {@code [featureWidth, classes]}. */
  public static final String HEAD_KERNEL = kernel(HEAD);

  /** {@code [classes]}. */
  public static final String HEAD_BIAS = bias(HEAD);

  /** Scope of the batch normalisation before the classifier. */
  public static final String HEAD_NORM = HEAD + "/norm";

  /** {@code [featureWidth]}: running mean of the batch normalisation before the classifier. */
  public static final String HEAD_MEAN = HEAD_NORM + "/mean";

  /** {@code [featureWidth]}: its running variance. */
  public static final String HEAD_VARIANCE = HEAD_NORM + "/variance";

  /** What the names of CLIP's text tower start with. */
  public static final String TEXT = "text/";

  /** {@code [vocabulary, width]}: a row for every token. */
  public static final String TEXT_TOKEN = TEXT + "embedding/token";

  /** {@code [context, width]}. */
  public static final String TEXT_POSITION = TEXT + "embedding/position";

  /** Scope of the LayerNorm after the text tower's last block. */
  public static final String TEXT_NORM = TEXT + "norm";

  /** {@code [width, embedding]}: the text tower's last layer, without a bias. */
  public static final String TEXT_PROJECTION = TEXT + PROJECTION;

  /** Scalar: logarithm of the factor between cosines and CLIP's own logits. */
  public static final String LOGIT_SCALE = "logit_scale";

  private ParameterName() {}

  /** Scope of a block, counted from 0. */
  public static String block(int block) {
    if (block < 0) {
      throw new IllegalArgumentException("block (%d) must not be negative".formatted(block));
    }
    return "encoder/block%02d".formatted(block);
  }

  /** Scope of the LayerNorm before a block's attention. */
  public static String norm1(int block) {
    return block(block) + "/norm1";
  }

  /** Scope of the joint query, key and value layer: columns q, k, v, each head-major. */
  public static String qkv(int block) {
    return block(block) + "/attention/qkv";
  }

  /** Scope of the attention's output projection. */
  public static String projection(int block) {
    return block(block) + "/attention/projection";
  }

  /** Scope of the LayerNorm before a block's MLP. */
  public static String norm2(int block) {
    return block(block) + "/norm2";
  }

  /** Scope of the MLP's first layer. */
  public static String fc1(int block) {
    return block(block) + "/mlp/fc1";
  }

  /** Scope of the MLP's second layer. */
  public static String fc2(int block) {
    return block(block) + "/mlp/fc2";
  }

  /** Scope of the layer that carries the adapters of {@code site} in a block. */
  public static String site(int block, Site site) {
    return switch (site) {
      case ATTENTION -> projection(block);
      case MLP -> fc2(block);
      case UNRECOGNIZED -> throw new IllegalArgumentException("site is not one of attention, mlp");
    };
  }

  /** Scope of the branch that reads a layer's input. */
  public static String parallel(String layer) {
    return layer + "/hydra_parallel";
  }

  /** Scope of the branch that reads a layer's output. */
  public static String sequential(String layer) {
    return layer + "/hydra_sequential";
  }

  /** Scope of a branch's map to its bottleneck. */
  public static String down(String branch) {
    return branch + "/down";
  }

  /** Scope of a branch's map from its bottleneck. */
  public static String up(String branch) {
    return branch + "/up";
  }

  /** Name of a scope's matrix. */
  public static String kernel(String scope) {
    return scope + "/kernel";
  }

  /** Name of a scope's offset. */
  public static String bias(String scope) {
    return scope + "/bias";
  }

  /** Whether a name is that of a matrix in the embedding or a block. */
  public static boolean isProductKernel(String name) {
    return name.endsWith(kernel("")) && (name.startsWith("encoder/") || name.equals(PATCH_KERNEL));
  }

  /** Name of a LayerNorm's factor. */
  public static String scale(String scope) {
    return scope + "/scale";
  }
}
