package io.hydrabeam.model.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * RoBERTa's tokenizer, which is GPT-2's: byte pair encoding of words with the blank before them, in
 * the letters' own case.
 *
 * <p>Runs of letters, of digits and of other symbols, each with one blank in front if there is one,
 * English endings ({@code 's}, {@code 're}, …) and runs of white space are each split into bytes,
 * and pairs of neighbours are merged in the vocabulary's order. White space is Unicode's, which has
 * neither the zero-width blanks nor U+001C to U+001F; letters and digits are those that Java's
 * Unicode knows, so a letter that is younger than the JDK counts as a symbol. Nothing is stripped,
 * and no blank is put in front. Text that looks like a special token ({@code </s>}) is text: no
 * sentence can end itself. Half a surrogate pair becomes a question mark.
 *
 * <p>Safe for concurrent use.
 */
public final class RobertaTokenizer {

  /** The file that {@link #load} looks for beside {@code vocab.json}. */
  public static final String MERGES = BpeVocabulary.MERGES;

  static final String START = "<s>";

  static final String END = "</s>";

  static final String PAD = "<pad>";

  static final String UNKNOWN = "<unk>";

  private static final String SPACE = "\\p{IsWhite_Space}";

  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^SPACE\\p{L}\\p{N}]+|SPACE+(?![^SPACE])|SPACE+"
              .replace("SPACE", SPACE));

  private static final int CACHED_WORDS = 1 << 16;

  private static final int CACHED_LENGTH = 32;

  private final Map<String, Integer> ids;

  private final Map<String, Integer> ranks;

  private final int start;

  private final int end;

  private final Map<String, int[]> cache = new ConcurrentHashMap<>();

  private RobertaTokenizer(BpeVocabulary vocabulary) {
    this.ids = vocabulary.ids();
    this.ranks = vocabulary.ranks();
    this.start = id(START);
    this.end = id(END);
  }

  /**
   * Loads Hugging Face's {@code vocab.json}, and {@code merges.txt} beside it.
   *
   * @throws TextFileException if one is missing or broken, or if they do not fit each other
   */
  public static RobertaTokenizer load(Path vocabulary) throws IOException {
    return new RobertaTokenizer(BpeVocabulary.loadRoberta(vocabulary));
  }

  /** Number of tokens, special ones included. */
  public int size() {
    return ids.size();
  }

  /** Token ids of a text, without start and end. */
  public int[] encode(String text) {
    return words(text).flatMapToInt(word -> Arrays.stream(word(word))).toArray();
  }

  /** What a text is divided into before anything is merged; nothing is left out. */
  static Stream<String> words(String text) {
    return WORD.matcher(text).results().map(MatchResult::group);
  }

  /**
   * {@code <s> text </s>}; of a text that is too long, the last tokens are left out.
   *
   * @param tokens at most so many, start and end included
   */
  public EncodedText single(String text, int tokens) {
    int[] all = encode(text);
    int kept = Math.min(all.length, requireRoom(tokens, 2));
    int[] sequence = new int[kept + 2];
    sequence[0] = start;
    System.arraycopy(all, 0, sequence, 1, kept);
    sequence[kept + 1] = end;
    return new EncodedText(sequence, kept < all.length);
  }

  /**
   * {@code <s> first </s></s> second </s>}; where they are too long together, the longer one loses
   * its last token, again and again, the second where they are equally long. That is the rule of
   * the original's tokenizer; recent ones of its library, where an odd number of tokens is left,
   * give the odd one to the second.
   *
   * @param tokens at most so many, start and ends included
   */
  public EncodedText pair(String first, String second, int tokens) {
    int[] a = encode(first);
    int[] b = encode(second);
    int room = requireRoom(tokens, 4);
    int keptA = a.length;
    int keptB = b.length;
    while ((long) keptA + keptB > room) {
      if (keptA > keptB) {
        keptA--;
      } else {
        keptB--;
      }
    }
    int[] sequence = new int[keptA + keptB + 4];
    sequence[0] = start;
    System.arraycopy(a, 0, sequence, 1, keptA);
    sequence[keptA + 1] = end;
    sequence[keptA + 2] = end;
    System.arraycopy(b, 0, sequence, keptA + 3, keptB);
    sequence[sequence.length - 1] = end;
    return new EncodedText(sequence, keptA < a.length || keptB < b.length);
  }

  private static int requireRoom(int tokens, int special) {
    if (tokens <= special) {
      throw new IllegalArgumentException(
          "tokens (%d) must be more than %d".formatted(tokens, special));
    }
    return tokens - special;
  }

  private int[] word(String word) {
    if (word.length() > CACHED_LENGTH) {
      return split(word);
    }
    int[] known = cache.get(word);
    if (known == null) {
      known = split(word);
      if (cache.size() < CACHED_WORDS) {
        cache.put(word, known);
      }
    }
    return known;
  }

  private int[] split(String word) {
    List<String> symbols = PairMerger.merge(ByteSymbols.of(word), ranks);
    return symbols.stream().mapToInt(this::id).toArray();
  }

  private int id(String token) {
    return Objects.requireNonNull(ids.get(token));
  }
}
