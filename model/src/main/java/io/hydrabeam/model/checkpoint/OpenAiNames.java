package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.params.ParameterName;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of OpenAI's CLIP and, for adapters and head, of the original code. That code adapts the
 * MLP only; the attention's adapters follow its pattern.
 */
public final class OpenAiNames extends TorchNames {

  static final String PATCH_WEIGHT = "visual.conv1.weight";

  private static final Map<String, String> INNER =
      Map.ofEntries(
          Map.entry("norm1", "ln_1"),
          Map.entry("attention/qkv/kernel", "attn.in_proj_weight"),
          Map.entry("attention/qkv/bias", "attn.in_proj_bias"),
          Map.entry("attention/projection", "attn.out_proj"),
          Map.entry("norm2", "ln_2"),
          Map.entry("mlp/fc1", "mlp.c_fc"),
          Map.entry("mlp/fc2", "mlp.c_proj"),
          Map.entry(
              "attention/projection/hydra_parallel/down", "attn.ad_lin.adapter_par.down_proj"),
          Map.entry("attention/projection/hydra_parallel/up", "attn.ad_lin.adapter_par.up_proj"),
          Map.entry(
              "attention/projection/hydra_sequential/down", "attn.ad_lin.adapter_seq.down_proj"),
          Map.entry("attention/projection/hydra_sequential/up", "attn.ad_lin.adapter_seq.up_proj"),
          Map.entry("mlp/fc2/hydra_parallel/down", "mlp.ad_lin.adapter_par.down_proj"),
          Map.entry("mlp/fc2/hydra_parallel/up", "mlp.ad_lin.adapter_par.up_proj"),
          Map.entry("mlp/fc2/hydra_sequential/down", "mlp.ad_lin.adapter_seq.down_proj"),
          Map.entry("mlp/fc2/hydra_sequential/up", "mlp.ad_lin.adapter_seq.up_proj"));

  private static final TowerNames IMAGE =
      new TowerNames(
          Map.of(
              ParameterName.CLASS_TOKEN, "visual.class_embedding",
              ParameterName.POSITION, "visual.positional_embedding",
              ParameterName.PROJECTION, "visual.proj",
              ParameterName.LOGIT_SCALE, "logit_scale",
              ParameterName.PATCH, "visual.conv1",
              ParameterName.EMBEDDING_NORM, "visual.ln_pre",
              ParameterName.FINAL_NORM, "visual.ln_post",
              ParameterName.HEAD, "layers.0",
              ParameterName.HEAD_NORM, "channel_bn"),
          "visual.transformer.resblocks.",
          INNER);

  /** Without the {@link ParameterName#TEXT} in front. */
  private static final TowerNames TEXT =
      new TowerNames(
          Map.of(
              "embedding/token",
              "token_embedding.weight",
              "embedding/position",
              "positional_embedding",
              "norm",
              "ln_final",
              ParameterName.PROJECTION,
              "text_projection"),
          "transformer.resblocks.",
          INNER);

  /** Sizes that OpenAI's files repeat as tensors. */
  private static final Set<String> SIZES =
      Set.of("input_resolution", "context_length", "vocab_size");

  /** Head and batch normalisation of a merged model. */
  private static final Pattern HEAD = Pattern.compile("(layers\\.0|channel_bn)\\..+");

  /** The original's files hold adapters of the text tower, too, which it never trains. */
  private static final Pattern TEXT_ADAPTER =
      Pattern.compile(
          "transformer\\.resblocks\\.[0-9]+\\.mlp\\.ad_lin\\.adapter_(par|seq)"
              + "\\.(down|up)_proj\\.(weight|bias)");

  /** Without the ones in front that timm's have. */
  static final Set<String> SQUEEZED = Set.of(ParameterName.CLASS_TOKEN, ParameterName.POSITION);

  /** Multiplied from the right there as well. */
  private static final Set<String> PROJECTIONS =
      Set.of(ParameterName.PROJECTION, ParameterName.TEXT_PROJECTION);

  private final boolean ofBackbone;

  private OpenAiNames(boolean ofBackbone) {
    this.ofBackbone = ofBackbone;
  }

  /** For a backbone's file; sizes and a head in it are left out. */
  static OpenAiNames ofBackbone() {
    return new OpenAiNames(true);
  }

  /** For an adapter's file; only the text tower's idle adapters may be left out. */
  static OpenAiNames ofAdapter() {
    return new OpenAiNames(false);
  }

  /**
   * The name of a canonical parameter.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public static String of(String canonical) {
    return canonical.startsWith(ParameterName.TEXT)
        ? TEXT.of(canonical.substring(ParameterName.TEXT.length()))
        : IMAGE.of(canonical);
  }

  @Override
  String name(String canonical) {
    return of(canonical);
  }

  @Override
  TorchLayout layout(String canonical) {
    if (SQUEEZED.contains(canonical)) {
      return TorchLayout.SQUEEZED;
    }
    return PROJECTIONS.contains(canonical) ? TorchLayout.SAME : super.layout(canonical);
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
    return ofBackbone
        ? SIZES.contains(name) || name.equals("logit_scale") || HEAD.matcher(name).matches()
        : TEXT_ADAPTER.matcher(name).matches();
  }
}
