package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.params.ParameterName;
import java.util.Map;
import java.util.Set;

/** The names of RoBERTa in Hugging Face's library and, for adapters, of the original code. */
public final class RobertaNames extends SeparateProjections {

  /** What the body's names start with, where there is a head beside it. */
  static final String BODY = "roberta.";

  private static final String TOKENS = "embeddings.word_embeddings.weight";

  /** What a name starts with that belongs to a head of another training. */
  private static final Set<String> HEADS = Set.of("lm_head.", "classifier.");

  /** Row numbers that older files hold as a tensor, and a layer that classification goes past. */
  private static final Set<String> UNUSED =
      Set.of("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias");

  private final String body;

  private final boolean ofBackbone;

  private final TowerNames names;

  private RobertaNames(String body, boolean ofBackbone) {
    this.body = body;
    this.ofBackbone = ofBackbone;
    this.names =
        new TowerNames(
            Map.of(
                ParameterName.TOKEN, body + TOKENS,
                ParameterName.POSITION, body + "embeddings.position_embeddings.weight",
                ParameterName.SEGMENT, body + "embeddings.token_type_embeddings.weight",
                ParameterName.EMBEDDING_NORM, body + "embeddings.LayerNorm",
                ParameterName.HEAD_DENSE, "classifier.dense",
                ParameterName.HEAD, "classifier.out_proj"),
            body + "encoder.layer.",
            Map.ofEntries(
                Map.entry("attention/query", "attention.self.query"),
                Map.entry("attention/key", "attention.self.key"),
                Map.entry("attention/value", "attention.self.value"),
                Map.entry("attention/projection", "attention.output.dense"),
                Map.entry("norm1", "attention.output.LayerNorm"),
                Map.entry("mlp/fc1", "intermediate.dense"),
                Map.entry("mlp/fc2", "output.dense"),
                Map.entry("norm2", "output.LayerNorm"),
                Map.entry(
                    "attention/projection/hydra_parallel/down",
                    "attention.output.hydra_par.hydra_A"),
                Map.entry(
                    "attention/projection/hydra_parallel/up", "attention.output.hydra_par.hydra_B"),
                Map.entry(
                    "attention/projection/hydra_sequential/down",
                    "attention.output.hydra_seq.hydra_A"),
                Map.entry(
                    "attention/projection/hydra_sequential/up",
                    "attention.output.hydra_seq.hydra_B"),
                Map.entry("mlp/fc2/hydra_parallel/down", "output.hydra_par.hydra_A"),
                Map.entry("mlp/fc2/hydra_parallel/up", "output.hydra_par.hydra_B"),
                Map.entry("mlp/fc2/hydra_sequential/down", "output.hydra_seq.hydra_A"),
                Map.entry("mlp/fc2/hydra_sequential/up", "output.hydra_seq.hydra_B")));
  }

  /** Whether a file's tensors have these names, with or without the body's prefix. */
  static boolean areOf(Set<String> names) {
    return names.contains(BODY + TOKENS)
        || (names.contains(TOKENS)
            && names.contains("encoder.layer.0.attention.self.query.weight"));
  }

  /** For a backbone's file; heads of other trainings in it are left out. */
  static RobertaNames ofBackbone(Set<String> names) {
    return new RobertaNames(names.contains(BODY + TOKENS) ? BODY : "", true);
  }

  /** For the file of an adapter or of a merged model; nothing in it may be left out. */
  static RobertaNames ofAdapter() {
    return new RobertaNames(BODY, false);
  }

  @Override
  String name(String canonical) {
    return names.of(canonical);
  }

  @Override
  String blocks() {
    return names.blocks();
  }

  @Override
  public boolean ignorable(String name) {
    return ofBackbone
        && (HEADS.stream().anyMatch(name::startsWith)
            || (name.startsWith(body) && UNUSED.contains(name.substring(body.length()))));
  }
}
