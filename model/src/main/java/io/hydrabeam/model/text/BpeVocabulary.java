package io.hydrabeam.model.text;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A vocabulary of byte pairs, CLIP's or RoBERTa's: the number of every token, and the order in
 * which pairs of symbols are merged.
 *
 * @param ids token to number; numbers are 0, 1, … without a gap
 * @param ranks pair, its parts separated by a blank, to rank; the lowest is merged first
 */
record BpeVocabulary(Map<String, Integer> ids, Map<String, Integer> ranks) {

  private static final String CLIP = "CLIP";

  private static final String ROBERTA = "RoBERTa";

  static final String START = "<|startoftext|>";

  static final String END = "<|endoftext|>";

  /** Marks a word's last symbol. */
  static final String WORD_END = "</w>";

  /** As many merges CLIP has; the rest of its file is not used. */
  private static final int MERGES_MAX = 49152 - ByteSymbols.COUNT - 2;

  private static final int BYTES_MAX = 64 << 20;

  private static final String HEADER = "#version";

  static final String MERGES = "merges.txt";

  /** Tokens that are no text: marks in brackets, and what fills RoBERTa's table up. */
  private static final Pattern SPECIAL = Pattern.compile("<.*>|\\[.*]|madeupword[0-9]+");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  /**
   * Reads a list of merges ({@code bpe_simple_vocab_16e6.txt}, gzipped or not), or Hugging Face's
   * {@code vocab.json} with {@value #MERGES} beside it; the contents decide which.
   *
   * @throws TextFileException if the file is neither
   */
  static BpeVocabulary load(Path file) throws IOException {
    byte[] bytes = bytes(file);
    if (bytes.length > 0 && bytes[0] == '{') {
      Map<String, Integer> ids = ids(file, bytes);
      requireClip(file, ids);
      return new BpeVocabulary(ids, ranksBeside(file, ids, CLIP, MERGES_MAX));
    }
    List<String> merges = merges(file, bytes, CLIP, MERGES_MAX);
    Map<String, Integer> ids = new HashMap<>();
    for (String end : new String[] {"", WORD_END}) {
      for (int i = 0; i < ByteSymbols.COUNT; i++) {
        ids.put(ByteSymbols.inOrder(i) + end, ids.size());
      }
    }
    for (int i = 0; i < merges.size(); i++) {
      String token = merges.get(i).replace(" ", "");
      if (ids.putIfAbsent(token, ids.size()) != null) {
        throw new TextFileException(
            file, "line %d makes the token %s a second time".formatted(i + 2, printable(token)));
      }
    }
    ids.put(START, ids.size());
    ids.put(END, ids.size());
    return new BpeVocabulary(ids, ranks(file, merges, ids));
  }

  /**
   * Reads Hugging Face's {@code vocab.json} of a RoBERTa with {@value #MERGES} beside it.
   *
   * @throws TextFileException if they are broken, do not fit each other or lack a token
   */
  static BpeVocabulary loadRoberta(Path file) throws IOException {
    byte[] bytes = bytes(file);
    if (bytes.length == 0 || bytes[0] != '{') {
      throw new TextFileException(
          file, "is no vocabulary of RoBERTa: expected vocab.json, a JSON object of tokens");
    }
    Map<String, Integer> ids = ids(file, bytes);
    List<String> needed =
        new ArrayList<>(
            List.of(
                RobertaTokenizer.START,
                RobertaTokenizer.PAD,
                RobertaTokenizer.END,
                RobertaTokenizer.UNKNOWN));
    for (int i = 0; i < ByteSymbols.COUNT; i++) {
      needed.add(ByteSymbols.inOrder(i));
    }
    require(file, ids, needed, ROBERTA);
    Map<String, Integer> ranks = ranksBeside(file, ids, ROBERTA, Integer.MAX_VALUE - 1);
    requireMade(file, ids.keySet(), ranks.keySet());
    return new BpeVocabulary(ids, ranks);
  }

  /**
   * Every token of text is a byte or made by a merge. A list of merges that lost its end would
   * otherwise go unnoticed, and give other tokens than the model was trained with.
   */
  private static void requireMade(Path file, Set<String> tokens, Set<String> merges)
      throws TextFileException {
    Set<String> unmade = new LinkedHashSet<>(tokens);
    merges.forEach(merge -> unmade.remove(merge.replace(" ", "")));
    for (int i = 0; i < ByteSymbols.COUNT; i++) {
      unmade.remove(ByteSymbols.inOrder(i));
    }
    unmade.removeIf(token -> SPECIAL.matcher(token).matches());
    if (!unmade.isEmpty()) {
      throw new TextFileException(
          file,
          "%,d tokens are made by no merge of %s, the first is %s: the two files do not belong together, or the merges are cut off"
              .formatted(unmade.size(), MERGES, printable(unmade.iterator().next())));
    }
  }

  /** The merges in the file beside a list of tokens. */
  private static Map<String, Integer> ranksBeside(
      Path file, Map<String, Integer> ids, String kind, int limit) throws IOException {
    Path mergesFile = file.resolveSibling(MERGES);
    if (!Files.isRegularFile(mergesFile)) {
      throw new TextFileException(
          file,
          "is the list of tokens; the list of merges, %s, is missing beside it".formatted(MERGES));
    }
    return ranks(mergesFile, merges(mergesFile, bytes(mergesFile), kind, limit), ids);
  }

  private static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new TextFileException(
          file, Files.exists(file) ? "is not a regular file" : "no such file");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = limited(file, in);
    }
    if (bytes.length < 2 || bytes[0] != (byte) 0x1f || bytes[1] != (byte) 0x8b) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return limited(file, in);
    } catch (ZipException | EOFException e) {
      throw new TextFileException(file, "is a damaged gzip file", e);
    }
  }

  private static byte[] limited(Path file, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw new TextFileException(
          file, "is no vocabulary: longer than %d bytes".formatted(BYTES_MAX));
    }
    return bytes;
  }

  /** The lines below the header, each two symbols and a blank. */
  private static List<String> merges(Path file, byte[] bytes, String kind, int limit)
      throws TextFileException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new TextFileException(
          file, "is no vocabulary of %s: not UTF-8 text".formatted(kind), e);
    }
    List<String> lines = text.lines().limit(1L + limit).toList();
    if (lines.isEmpty() || !lines.get(0).contains(HEADER)) {
      throw new TextFileException(
          file,
          "is no vocabulary of %s: line 1 is %s, expected a header with %s"
              .formatted(kind, lines.isEmpty() ? "missing" : printable(lines.get(0)), HEADER));
    }
    int end = lines.size();
    while (end > 1 && lines.get(end - 1).isBlank()) {
      end--;
    }
    return lines.subList(1, end);
  }

  private static Map<String, Integer> ranks(
      Path file, List<String> merges, Map<String, Integer> ids) throws TextFileException {
    Map<String, Integer> ranks = new HashMap<>();
    for (String merge : merges) {
      int blank = merge.indexOf(' ');
      boolean two = blank > 0 && blank == merge.lastIndexOf(' ') && blank < merge.length() - 1;
      if (!two
          || !ids.containsKey(merge.substring(0, blank))
          || !ids.containsKey(merge.substring(blank + 1))
          || !ids.containsKey(merge.substring(0, blank) + merge.substring(blank + 1))) {
        throw new TextFileException(
            file,
            "line %d is %s, expected two symbols of the vocabulary and a blank between"
                .formatted(ranks.size() + 2, printable(merge)));
      }
      if (ranks.put(merge, ranks.size()) != null) {
        throw new TextFileException(
            file, "the merge %s stands there twice".formatted(printable(merge)));
      }
    }
    return ranks;
  }

  private static Map<String, Integer> ids(Path file, byte[] json) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    BitSet used = new BitSet();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new TextFileException(file, "is not a JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String token = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT || !isNew(parser, used)) {
          throw new TextFileException(
              file,
              "token %s: expected a number of its own, found %s"
                  .formatted(printable(token), printable(String.valueOf(parser.getText()))));
        }
        used.set(parser.getIntValue());
        ids.put(token, parser.getIntValue());
      }
    } catch (JsonProcessingException e) {
      throw new TextFileException(file, JsonErrors.line(e), e);
    }
    if (used.cardinality() != used.length()) {
      throw new TextFileException(
          file, "no token has the number %d".formatted(used.nextClearBit(0)));
    }
    return ids;
  }

  private static boolean isNew(JsonParser parser, BitSet used) throws IOException {
    long id = parser.getNumberType() == JsonParser.NumberType.INT ? parser.getIntValue() : -1;
    return id >= 0 && id < BYTES_MAX && !used.get((int) id);
  }

  private static void requireClip(Path file, Map<String, Integer> ids) throws TextFileException {
    List<String> needed = new ArrayList<>();
    for (int i = 0; i < ByteSymbols.COUNT; i++) {
      needed.add(ByteSymbols.inOrder(i));
      needed.add(ByteSymbols.inOrder(i) + WORD_END);
    }
    needed.addAll(List.of(START, END));
    require(file, ids, needed, CLIP);
    if (Objects.requireNonNull(ids.get(END)) != ids.size() - 1) {
      throw new TextFileException(
          file,
          "is no vocabulary of CLIP: the last token is not %s, which marks what is read"
              .formatted(END));
    }
  }

  private static void require(Path file, Map<String, Integer> ids, List<String> tokens, String kind)
      throws TextFileException {
    for (String token : tokens) {
      if (!ids.containsKey(token)) {
        throw new TextFileException(
            file, "is no vocabulary of %s: token %s is missing".formatted(kind, printable(token)));
      }
    }
  }
}
