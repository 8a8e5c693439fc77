package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.params.ParameterName.bias;
import static io.hydrabeam.model.params.ParameterName.kernel;

import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of Google's ViT checkpoints (npz). Kernels are {@code [in, out]} as here; query, key
 * and value are separate, with heads as a dimension of their own.
 */
final class GoogleNames implements NameScheme {

  /** Some files keep the parameters inside an optimizer's or a trainer's state. */
  private static final List<String> PREFIXES = List.of("", "opt/target/", "params/");

  static final String PATCH_KERNEL = "embedding/kernel";

  private static final String POSITION = "Transformer/posembed_input/pos_embedding";

  /** Where the newer code base keeps the positions. */
  private static final String POSITION_OUTSIDE = "pos_embedding";

  private static final List<String> QUERY_KEY_VALUE = List.of("query", "key", "value");

  private static final Pattern BLOCK = Pattern.compile("encoder/block([0-9]{2,9})/(.+)");

  private final String prefix;
  private final String position;
  private final Map<String, String> inner;
  private final int heads;

  private GoogleNames(String prefix, String position, boolean renumbered, int heads) {
    this.prefix = prefix;
    this.position = position;
    this.heads = heads;
    // A block's parts are numbered by their place among all parts or among those of their kind.
    this.inner =
        Map.of(
            "norm1", "LayerNorm_0",
            "attention",
                renumbered ? "MultiHeadDotProductAttention_0" : "MultiHeadDotProductAttention_1",
            "norm2", renumbered ? "LayerNorm_1" : "LayerNorm_2",
            "mlp", renumbered ? "MlpBlock_0" : "MlpBlock_3");
  }

  /** The variant that a file follows, if it is of this family. */
  static Optional<GoogleNames> detect(Set<String> names) {
    for (String prefix : PREFIXES) {
      if (names.contains(prefix + PATCH_KERNEL)) {
        boolean renumbered =
            names.contains(
                prefix + "Transformer/encoderblock_0/MultiHeadDotProductAttention_0/query/kernel");
        boolean outside = names.contains(prefix + POSITION_OUTSIDE);
        return Optional.of(
            new GoogleNames(prefix, outside ? POSITION_OUTSIDE : POSITION, renumbered, 1));
      }
    }
    return Optional.empty();
  }

  /** The same names with this number of attention heads. */
  GoogleNames withHeads(int heads) {
    return new GoogleNames(
        prefix, position, inner.containsValue("MultiHeadDotProductAttention_0"), heads);
  }

  String patchKernel() {
    return prefix + PATCH_KERNEL;
  }

  String position() {
    return prefix + position;
  }

  /** {@code [width, heads, width / heads]}. */
  String firstQueryKernel() {
    return attention(0) + "query/kernel";
  }

  /** {@code [width, mlp width]}. */
  String firstMlpKernel() {
    return block(0) + inner.get("mlp") + "/Dense_0/kernel";
  }

  /** What the name of every block's tensors starts with, before the block's number. */
  String blockPrefix() {
    return prefix + "Transformer/encoderblock_";
  }

  @Override
  public List<Source> sources(String canonical, int[] shape) {
    Matcher matcher = BLOCK.matcher(canonical);
    if (!matcher.matches()) {
      return List.of(new Source(prefix + outerName(canonical), shape));
    }
    int block = Integer.parseInt(matcher.group(1));
    String part = matcher.group(2);
    return switch (part) {
      case "attention/qkv/kernel" ->
          QUERY_KEY_VALUE.stream()
              .map(
                  name ->
                      new Source(
                          kernel(attention(block) + name),
                          new int[] {shape[0], heads, shape[0] / heads}))
              .toList();
      case "attention/qkv/bias" ->
          QUERY_KEY_VALUE.stream()
              .map(
                  name ->
                      new Source(
                          bias(attention(block) + name), new int[] {heads, shape[0] / 3 / heads}))
              .toList();
      case "attention/projection/kernel" ->
          List.of(
              new Source(
                  attention(block) + "out/kernel", new int[] {heads, shape[0] / heads, shape[1]}));
      case "attention/projection/bias" -> List.of(new Source(attention(block) + "out/bias", shape));
      default -> List.of(new Source(block(block) + innerName(part), shape));
    };
  }

  @Override
  public HostTensor assemble(String canonical, int[] shape, List<HostTensor> sources) {
    if (sources.size() == 1) {
      return new HostTensor(shape.clone(), sources.get(0).values());
    }
    return Layouts.joinColumns(sources, shape); // [in, heads, headWidth] three times
  }

  @Override
  public boolean ignorable(String name) {
    return name.startsWith(prefix + "head/")
        || name.startsWith(prefix + "pre_logits/")
        // An optimizer's own state beside the parameters.
        || (prefix.startsWith("opt/") && name.startsWith("opt/state/"));
  }

  private String block(int block) {
    return blockPrefix() + block + "/";
  }

  private String attention(int block) {
    return block(block) + inner.get("attention") + "/";
  }

  private String outerName(String canonical) {
    if (canonical.equals(ParameterName.CLASS_TOKEN)) {
      return "cls";
    }
    if (canonical.equals(ParameterName.POSITION)) {
      return position;
    }
    String leaf = canonical.substring(canonical.lastIndexOf('/') + 1);
    if (canonical.startsWith(ParameterName.PATCH)) {
      return "embedding/" + leaf;
    }
    if (canonical.startsWith(ParameterName.FINAL_NORM)) {
      return "Transformer/encoder_norm/" + leaf;
    }
    throw new IllegalArgumentException("no parameter of the backbone is named " + canonical);
  }

  private String innerName(String part) {
    String leaf = part.substring(part.lastIndexOf('/') + 1);
    String scope = part.substring(0, part.lastIndexOf('/'));
    return switch (scope) {
      case "norm1", "norm2" -> inner.get(scope) + "/" + leaf;
      case "mlp/fc1" -> inner.get("mlp") + "/Dense_0/" + leaf;
      case "mlp/fc2" -> inner.get("mlp") + "/Dense_1/" + leaf;
      default -> throw new IllegalArgumentException("no parameter of a block is named " + part);
    };
  }
}
