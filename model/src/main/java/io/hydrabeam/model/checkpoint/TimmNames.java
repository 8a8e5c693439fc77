package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of timm's vision transformer and, for adapters, of the original code. PyTorch's linear
 * weights are {@code [out, in]}, its convolution kernels {@code [out, in, height, width]}.
 */
public final class TimmNames implements NameScheme {

  static final String PATCH_WEIGHT = "patch_embed.proj.weight";

  static final String POSITION = "pos_embed";

  private static final Map<String, String> OUTER =
      Map.of(
          ParameterName.PATCH,
          "patch_embed.proj",
          ParameterName.FINAL_NORM,
          "norm",
          ParameterName.HEAD,
          "head",
          ParameterName.HEAD + "/norm",
          "channel_bn");

  /** Scopes inside a block. */
  private static final Map<String, String> INNER =
      Map.ofEntries(
          Map.entry("norm1", "norm1"),
          Map.entry("attention/qkv", "attn.qkv"),
          Map.entry("attention/projection", "attn.proj"),
          Map.entry("norm2", "norm2"),
          Map.entry("mlp/fc1", "mlp.fc1"),
          Map.entry("mlp/fc2", "mlp.fc2"),
          Map.entry("attention/projection/hydra_parallel/down", "attn.hydra_proj_par.down_proj"),
          Map.entry("attention/projection/hydra_parallel/up", "attn.hydra_proj_par.up_proj"),
          Map.entry("attention/projection/hydra_sequential/down", "attn.hydra_proj_seq.down_proj"),
          Map.entry("attention/projection/hydra_sequential/up", "attn.hydra_proj_seq.up_proj"),
          Map.entry("mlp/fc2/hydra_parallel/down", "mlp.hydra_mlp_par.down_proj"),
          Map.entry("mlp/fc2/hydra_parallel/up", "mlp.hydra_mlp_par.up_proj"),
          Map.entry("mlp/fc2/hydra_sequential/down", "mlp.hydra_mlp_seq.down_proj"),
          Map.entry("mlp/fc2/hydra_sequential/up", "mlp.hydra_mlp_seq.up_proj"));

  private static final Map<String, String> LEAVES =
      Map.of(
          "kernel", "weight",
          "scale", "weight",
          "bias", "bias",
          "mean", "running_mean",
          "variance", "running_var");

  private static final Pattern BLOCK = Pattern.compile("encoder/block([0-9]{2,9})/(.+)");

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
   * The name of a canonical parameter: {@code encoder/block03/mlp/fc2/kernel} is {@code
   * blocks.3.mlp.fc2.weight}.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public static String of(String canonical) {
    if (canonical.equals(ParameterName.CLASS_TOKEN)) {
      return "cls_token";
    }
    if (canonical.equals(ParameterName.POSITION)) {
      return POSITION;
    }
    int slash = canonical.lastIndexOf('/');
    String scope = canonical.substring(0, Math.max(0, slash));
    String leaf = LEAVES.get(canonical.substring(slash + 1));
    Matcher block = BLOCK.matcher(scope);
    String name = OUTER.get(scope);
    if (block.matches()) {
      String inner = INNER.get(block.group(2));
      name =
          inner == null ? null : "blocks.%d.%s".formatted(Integer.parseInt(block.group(1)), inner);
    }
    if (name == null || leaf == null) {
      throw new IllegalArgumentException("no parameter is named " + canonical);
    }
    return name + "." + leaf;
  }

  /** The shape in PyTorch's order of a canonical parameter's shape. */
  static int[] shape(int[] canonicalShape) {
    return switch (canonicalShape.length) {
      case 2 -> Layouts.transposed(canonicalShape);
      case 4 -> Layouts.outInHeightWidth(canonicalShape);
      default -> canonicalShape.clone();
    };
  }

  /** A canonical tensor in PyTorch's order; may be the same object. */
  static HostTensor fromCanonical(HostTensor tensor) {
    return switch (tensor.shape().length) {
      case 2 -> Layouts.transpose(tensor);
      case 4 -> Layouts.toOutInHeightWidth(tensor);
      default -> tensor;
    };
  }

  @Override
  public List<Source> sources(String canonical, int[] shape) {
    return List.of(new Source(of(canonical), shape(shape)));
  }

  @Override
  public HostTensor assemble(String canonical, int[] shape, List<HostTensor> sources) {
    HostTensor source = sources.get(0);
    // Only linear and convolution weights have two and four dimensions.
    return switch (shape.length) {
      case 2 -> Layouts.transpose(source);
      case 4 -> Layouts.toHeightWidthInOut(source);
      default -> source;
    };
  }

  @Override
  public boolean ignorable(String name) {
    return mayHaveHead && (name.startsWith("head.") || name.startsWith("pre_logits."));
  }
}
