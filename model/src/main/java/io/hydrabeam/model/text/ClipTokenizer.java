package io.hydrabeam.model.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CLIP's tokenizer: byte pair encoding of lower-cased words (arXiv 1508.07909).
 *
 * <p>HTML references are replaced twice, white space is folded, letters are lowered; then runs of
 * letters, single digits, runs of other symbols and English endings ({@code 's}, {@code 're}, …)
 * are each split into bytes, and pairs of neighbours are merged in the vocabulary's order.
 *
 * <p>The original first repairs broken encodings with a library (ftfy), whose rules are hundreds of
 * heuristics. That step is left out here: it changes nothing in plain English prompts, and a
 * partial imitation would hide where it differs. Texts with curly quotes, ligatures, full-width or
 * decomposed letters get other tokens than in the original; write them plainly.
 *
 * <p>Immutable.
 */
public final class ClipTokenizer {

  /** The file that {@link #load} looks for beside Hugging Face's {@code vocab.json}. */
  public static final String MERGES = BpeVocabulary.MERGES;

  private static final String SPACE = "[\\p{IsWhite_Space}\\x1c-\\x1f]+";

  private static final Pattern SPACE_AROUND = Pattern.compile("^" + SPACE + "|" + SPACE + "$");

  private static final Pattern WHITE_SPACE = Pattern.compile("\\p{IsWhite_Space}+");

  private static final Pattern WORD =
      Pattern.compile(
          Pattern.quote(BpeVocabulary.START)
              + "|"
              + Pattern.quote(BpeVocabulary.END)
              + "|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\p{IsWhite_Space}\\p{L}\\p{N}]+",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private final BpeVocabulary vocabulary;

  private ClipTokenizer(BpeVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * Loads a vocabulary: CLIP's list of merges ({@code bpe_simple_vocab_16e6.txt}, gzipped or not),
   * or Hugging Face's {@code vocab.json} with {@code merges.txt} beside it.
   *
   * @throws TextFileException if the file is neither
   */
  public static ClipTokenizer load(Path file) throws IOException {
    return new ClipTokenizer(BpeVocabulary.load(file));
  }

  /** Number of tokens, start and end included. */
  public int size() {
    return vocabulary.ids().size();
  }

  /** Token ids of a text, without start and end. */
  public int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    Matcher words = WORD.matcher(clean(text));
    while (words.find()) {
      String word = words.group();
      if (word.equals(BpeVocabulary.START) || word.equals(BpeVocabulary.END)) {
        ids.add(id(word));
      } else {
        split(word).forEach(symbol -> ids.add(id(symbol)));
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * A text between start and end token, in a sequence of {@code context} ids.
   *
   * @param context at least 2
   */
  public TokenSequence sequence(String text, int context, Truncation truncation) {
    if (context < 2) {
      throw new IllegalArgumentException("context (%d) must be at least 2".formatted(context));
    }
    int[] words = encode(text);
    int[] all = new int[words.length + 2];
    all[0] = id(BpeVocabulary.START);
    System.arraycopy(words, 0, all, 1, words.length);
    all[all.length - 1] = id(BpeVocabulary.END);
    boolean cut = all.length > context;
    int[] ids = Arrays.copyOf(all, context);
    if (cut && truncation == Truncation.KEEP_END) {
      ids[context - 1] = id(BpeVocabulary.END);
    }
    return new TokenSequence(ids, cut);
  }

  private int id(String token) {
    return Objects.requireNonNull(vocabulary.ids().get(token));
  }

  private static String clean(String text) {
    String unescaped = HtmlText.unescape(HtmlText.unescape(text));
    String trimmed = SPACE_AROUND.matcher(unescaped).replaceAll("");
    return WHITE_SPACE.matcher(trimmed).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
  }

  /** A word's symbols after all merges. */
  private List<String> split(String word) {
    String[] symbols = ByteSymbols.of(word);
    symbols[symbols.length - 1] += BpeVocabulary.WORD_END;
    return PairMerger.merge(symbols, vocabulary.ranks());
  }
}
