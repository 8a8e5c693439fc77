package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.params.ParameterName;
import java.util.Map;

/** The names of timm's vision transformer and, for adapters, of the original code. */
public final class TimmNames extends TorchNames {

  static final String PATCH_WEIGHT = "patch_embed.proj.weight";

  private static final TowerNames NAMES =
      new TowerNames(
          Map.of(
              ParameterName.CLASS_TOKEN, "cls_token",
              ParameterName.POSITION, "pos_embed",
              ParameterName.PATCH, "patch_embed.proj",
              ParameterName.FINAL_NORM, "norm",
              ParameterName.HEAD, "head",
              ParameterName.HEAD_NORM, "channel_bn"),
          "blocks.",
          Map.ofEntries(
              Map.entry("norm1", "norm1"),
              Map.entry("attention/qkv", "attn.qkv"),
              Map.entry("attention/projection", "attn.proj"),
              Map.entry("norm2", "norm2"),
              Map.entry("mlp/fc1", "mlp.fc1"),
              Map.entry("mlp/fc2", "mlp.fc2"),
              Map.entry(
                  "attention/projection/hydra_parallel/down", "attn.hydra_proj_par.down_proj"),
              Map.entry("attention/projection/hydra_parallel/up", "attn.hydra_proj_par.up_proj"),
              Map.entry(
                  "attention/projection/hydra_sequential/down", "attn.hydra_proj_seq.down_proj"),
              Map.entry("attention/projection/hydra_sequential/up", "attn.hydra_proj_seq.up_proj"),
              Map.entry("mlp/fc2/hydra_parallel/down", "mlp.hydra_mlp_par.down_proj"),
              Map.entry("mlp/fc2/hydra_parallel/up", "mlp.hydra_mlp_par.up_proj"),
              Map.entry("mlp/fc2/hydra_sequential/down", "mlp.hydra_mlp_seq.down_proj"),
              Map.entry("mlp/fc2/hydra_sequential/up", "mlp.hydra_mlp_seq.up_proj")));

  private final boolean mayHaveHead;

  private TimmNames(boolean mayHaveHead) {
    this.mayHaveHead = mayHaveHead;
  }

  /** For a backbone's file; a pre-training head in it is left out. */
  static TimmNames ofBackbone() {
    return new TimmNames(true);
  }

  /** For an adapter's file; nothing in it may be left out. */
  static TimmNames ofAdapter() {
    return new TimmNames(false);
  }

  /**
   * The name of a canonical parameter.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public static String of(String canonical) {
    return NAMES.of(canonical);
  }

  @Override
  String name(String canonical) {
    return of(canonical);
  }

  @Override
  String blocks() {
    return NAMES.blocks();
  }

  @Override
  public boolean ignorable(String name) {
    return mayHaveHead && (name.startsWith("head.") || name.startsWith("pre_logits."));
  }
}
