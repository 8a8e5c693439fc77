package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.params.ParameterName;
import java.util.Map;
import java.util.Set;

/** The names of CLIP in Hugging Face's library; query, key and value are separate there. */
final class HuggingFaceNames extends SeparateProjections {

  static final String PATCH_WEIGHT = "vision_model.embeddings.patch_embedding.weight";

  private static final Map<String, String> INNER =
      Map.of(
          "norm1", "layer_norm1",
          "attention/query", "self_attn.q_proj",
          "attention/key", "self_attn.k_proj",
          "attention/value", "self_attn.v_proj",
          "attention/projection", "self_attn.out_proj",
          "norm2", "layer_norm2",
          "mlp/fc1", "mlp.fc1",
          "mlp/fc2", "mlp.fc2");

  private static final TowerNames IMAGE =
      new TowerNames(
          Map.of(
              ParameterName.CLASS_TOKEN, "vision_model.embeddings.class_embedding",
              ParameterName.POSITION, "vision_model.embeddings.position_embedding.weight",
              ParameterName.PATCH, "vision_model.embeddings.patch_embedding",
              ParameterName.EMBEDDING_NORM, "vision_model.pre_layrnorm", // their spelling
              ParameterName.FINAL_NORM, "vision_model.post_layernorm",
              ParameterName.PROJECTION, "visual_projection.weight",
              ParameterName.LOGIT_SCALE, "logit_scale"),
          "vision_model.encoder.layers.",
          INNER);

  /** Without the {@link ParameterName#TEXT} in front. */
  private static final TowerNames TEXT =
      new TowerNames(
          Map.of(
              "embedding/token",
              "text_model.embeddings.token_embedding.weight",
              "embedding/position",
              "text_model.embeddings.position_embedding.weight",
              "norm",
              "text_model.final_layer_norm",
              ParameterName.PROJECTION,
              "text_projection.weight"),
          "text_model.encoder.layers.",
          INNER);

  /** Row numbers that older files hold as tensors; a scale where there is no text tower. */
  private static final Set<String> IGNORABLE =
      Set.of(
          "vision_model.embeddings.position_ids",
          "text_model.embeddings.position_ids",
          "logit_scale");

  @Override
  String name(String canonical) {
    return canonical.startsWith(ParameterName.TEXT)
        ? TEXT.of(canonical.substring(ParameterName.TEXT.length()))
        : IMAGE.of(canonical);
  }

  @Override
  TorchLayout layout(String canonical) {
    return OpenAiNames.SQUEEZED.contains(canonical)
        ? TorchLayout.SQUEEZED
        : super.layout(canonical);
  }

  @Override
  String blocks() {
    return IMAGE.blocks();
  }

  @Override
  String textBlocks() {
    return TEXT.blocks();
  }

  @Override
  public boolean ignorable(String name) {
    return IGNORABLE.contains(name);
  }
}
