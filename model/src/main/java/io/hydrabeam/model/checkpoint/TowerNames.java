package io.hydrabeam.model.checkpoint;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that a PyTorch program has for one tower's parameters.
 *
 * @param outer canonical scope to scope in the file, outside the blocks; whole names, too, where
 *     they are not made of a scope and a leaf
 * @param blocks what a block's names start with, before its number
 * @param inner as {@code outer}, inside a block
 */
record TowerNames(Map<String, String> outer, String blocks, Map<String, String> inner) {

  private static final Map<String, String> LEAVES =
      Map.of(
          "kernel", "weight",
          "scale", "weight",
          "bias", "bias",
          "mean", "running_mean",
          "variance", "running_var");

  private static final Pattern BLOCK = Pattern.compile("encoder/block([0-9]{2,9})/(.+)");

  /**
   * The name in the file of a canonical parameter: {@code encoder/block03/mlp/fc2/kernel} is {@code
   * blocks.3.mlp.fc2.weight}.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  String of(String canonical) {
    Matcher block = BLOCK.matcher(canonical);
    Optional<String> name =
        block.matches()
            ? find(inner, block.group(2))
                .map(found -> blocks + Integer.parseInt(block.group(1)) + "." + found)
            : find(outer, canonical);
    return name.orElseThrow(
        () -> new IllegalArgumentException("no parameter is named " + canonical));
  }

  private static Optional<String> find(Map<String, String> names, String canonical) {
    String whole = names.get(canonical);
    if (whole != null) {
      return Optional.of(whole);
    }
    int slash = canonical.lastIndexOf('/');
    String scope = names.get(canonical.substring(0, Math.max(0, slash)));
    String leaf = LEAVES.get(canonical.substring(slash + 1));
    return scope == null || leaf == null ? Optional.empty() : Optional.of(scope + "." + leaf);
  }
}
