package io.hydrabeam.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Sizes by name, or as six numbers. */
public final class NamedSizes {

  private static final int PIXELS = 224;
  private static final Map<String, VitConfig> NAMED = named();

  private NamedSizes() {}

  private static Map<String, VitConfig> named() {
    Map<String, VitConfig> sizes = new LinkedHashMap<>();
    sizes.put("tiny", VitConfig.tiny());
    sizes.put("ti16", published(16, 192, 12, 3));
    sizes.put("small16", published(16, 384, 12, 6));
    sizes.put("base32", published(32, 768, 12, 12));
    sizes.put("base16", VitConfig.base16());
    sizes.put("large16", published(16, 1024, 24, 16));
    sizes.put("clip-base32", VitConfig.clipBase32());
    sizes.put("clip-base16", VitConfig.clipBase16());
    return sizes;
  }

  /** As in arXiv 2010.11929, table 1, and arXiv 2106.10270 for the smaller ones. */
  private static VitConfig published(int patch, int width, int depth, int heads) {
    return new VitConfig(PIXELS, patch, width, depth, heads, 4 * width, VitConfig.EPSILON_DEFAULT);
  }

  /** The names of plain vision transformers or of all, comma-separated. */
  public static String names(boolean clipToo) {
    return NAMED.entrySet().stream()
        .filter(entry -> clipToo || !entry.getValue().isClip())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  /**
   * Reads a name, or {@code image/patch/width/depth/heads/mlp} for a plain vision transformer.
   *
   * @return empty if the text is neither
   * @throws IllegalArgumentException if numbers do not fit each other
   */
  public static Optional<VitConfig> find(String text) {
    VitConfig known = NAMED.get(text);
    return known != null ? Optional.of(known) : ofNumbers(text);
  }

  private static Optional<VitConfig> ofNumbers(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 6) {
      return Optional.empty();
    }
    int[] numbers = new int[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        numbers[i] = Integer.parseInt(parts[i]);
      }
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return Optional.of(
        new VitConfig(
            numbers[0],
            numbers[1],
            numbers[2],
            numbers[3],
            numbers[4],
            numbers[5],
            VitConfig.EPSILON_DEFAULT));
  }
}
