package io.hydrabeam.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Sizes by name, or as numbers. */
public final class NamedSizes {

  /** How the numbers of a plain vision transformer are written. */
  public static final String IMAGE_NUMBERS = "image/patch/width/depth/heads/mlp";

  /** How the numbers of a RoBERTa are written. */
  public static final String TEXT_NUMBERS = "roberta/vocabulary/positions/width/depth/heads/mlp";

  private static final String ROBERTA = "roberta/";

  private static final int PIXELS = 224;
  private static final Map<String, VitConfig> NAMED = named();
  private static final Map<String, RobertaConfig> TEXTS = texts();

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

  private static Map<String, RobertaConfig> texts() {
    Map<String, RobertaConfig> sizes = new LinkedHashMap<>();
    sizes.put("roberta-tiny", RobertaConfig.tiny(RobertaConfig.base().vocabulary()));
    sizes.put("roberta-base", RobertaConfig.base());
    sizes.put("roberta-large", RobertaConfig.large());
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

  /** The names of RoBERTas, comma-separated. */
  public static String textNames() {
    return String.join(", ", TEXTS.keySet());
  }

  /**
   * Reads sizes of any kind: as {@link #find}, or of a RoBERTa by its name or as {@value
   * #TEXT_NUMBERS}.
   *
   * @return empty if the text is none of them
   * @throws IllegalArgumentException if numbers do not fit each other
   */
  public static Optional<BackboneConfig> findModel(String text) {
    if (TEXTS.containsKey(text)) {
      return Optional.ofNullable(TEXTS.get(text));
    }
    return text.startsWith(ROBERTA)
        ? numbers(text.substring(ROBERTA.length()))
            .map(
                n ->
                    new RobertaConfig(
                        n[0], n[1], n[2], n[3], n[4], n[5], RobertaConfig.EPSILON_DEFAULT))
        : find(text).map(vit -> vit);
  }

  /** Sizes as {@link #findModel} reads them, in numbers. */
  public static String text(BackboneConfig model) {
    if (model instanceof RobertaConfig roberta) {
      return ROBERTA
          + joined(
              roberta.vocabulary(),
              roberta.positions(),
              roberta.width(),
              roberta.depth(),
              roberta.heads(),
              roberta.mlpWidth());
    }
    VitConfig vit = model.vision();
    return joined(
        vit.imageSize(), vit.patchSize(), vit.width(), vit.depth(), vit.heads(), vit.mlpWidth());
  }

  private static String joined(int... numbers) {
    return IntStream.of(numbers).mapToObj(String::valueOf).collect(Collectors.joining("/"));
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
    return numbers(text)
        .map(n -> new VitConfig(n[0], n[1], n[2], n[3], n[4], n[5], VitConfig.EPSILON_DEFAULT));
  }

  /** Six whole numbers. */
  private static Optional<int[]> numbers(String text) {
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
    return Optional.of(numbers);
  }
}
