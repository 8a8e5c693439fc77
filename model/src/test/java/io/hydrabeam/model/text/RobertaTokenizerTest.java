package io.hydrabeam.model.text;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.params.SplitMix64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RobertaTokenizerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>");

  private static final List<String> MERGES =
      List.of("l o", "lo w", "e r", "Ġ low", "Ġ t", "Ġt h", "a a", "aa aa", "er e", "Ð ¸", "' s");

  @TempDir Path folder;

  @Test
  void encode_mergesWordsWithTheBlankBeforeThem() throws IOException {
    Map<String, Integer> ids = vocabulary(MERGES);
    RobertaTokenizer tokenizer = load(ids, MERGES);

    assertThat(tokenizer.encode("lower low"))
        .asList()
        .containsExactly(ids.get("low"), ids.get("er"), ids.get("Ġlow"))
        .inOrder();
    // Two blanks: the first is a token of its own, the second belongs to the word.
    assertThat(tokenizer.encode("  low"))
        .asList()
        .containsExactly(ids.get("Ġ"), ids.get("Ġlow"))
        .inOrder();
    // Blanks at the end stay together; case is kept; an ending is a word.
    assertThat(tokenizer.encode("L's  "))
        .asList()
        .containsExactly(ids.get("L"), ids.get("'s"), ids.get("Ġ"), ids.get("Ġ"))
        .inOrder();
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Test
  void words_areDividedAtUnicodesWhiteSpace() {
    for (String space : List.of("\t", "\n", "\u0085", "\u00a0", "\u1680", "\u2003", "\u3000")) {
      assertThat(RobertaTokenizer.words("!" + space + "!"))
          .containsExactly("!", space, "!")
          .inOrder();
    }
    for (String symbol : List.of("\u001c", "\u001f", "\u180e", "\u200b", "\ufeff", "\0")) {
      assertThat(RobertaTokenizer.words("!" + symbol + "!")).containsExactly("!" + symbol + "!");
    }
  }

  @Test
  void words_areLettersDigitsOrSymbols() {
    assertWords("ab12!?", "ab", "12", "!?");
    assertWords("漢字½٣…", "漢字", "½٣", "…");
    assertWords("𠮷𝟘😀", "𠮷", "𝟘", "😀");
    // A combining mark is no letter.
    assertWords("e\u0301e", "e", "\u0301", "e");
    // Only lower-case endings behind a straight apostrophe are words.
    assertWords("a'll", "a", "'ll");
    assertWords("A'LL", "A", "'", "LL");
    assertWords("a’s", "a", "’", "s");
    // The last blank belongs to the word behind it, if it is a plain one.
    assertWords("a \t b", "a", " \t", " b");
    assertWords("a \t\tb", "a", " \t", "\t", "b");
    assertWords("a \t ", "a", " \t ");
    assertWords("a\r\nb", "a", "\r", "\n", "b");
  }

  private static void assertWords(String text, String... words) {
    assertThat(RobertaTokenizer.words(text)).containsExactlyElementsIn(List.of(words)).inOrder();
  }

  @Test
  void encode_ofHalfASurrogatePair_isAQuestionMark() throws IOException {
    Map<String, Integer> ids = vocabulary(MERGES);

    assertThat(load(ids, MERGES).encode("a\ud83db"))
        .asList()
        .containsExactly(ids.get("a"), ids.get("?"), ids.get("b"))
        .inOrder();
  }

  @Test
  void encode_ofWhatLooksLikeASpecialToken_isText() throws IOException {
    Map<String, Integer> ids = vocabulary(MERGES);

    assertThat(load(ids, MERGES).encode("</s>"))
        .asList()
        .containsExactly(ids.get("<"), ids.get("/"), ids.get("s"), ids.get(">"))
        .inOrder();
  }

  @Test
  void merges_areThoseOfTheNaiveAlgorithm() {
    SplitMix64 random = new SplitMix64(4);
    for (int trial = 0; trial < 2000; trial++) {
      Map<String, Integer> ranks = new LinkedHashMap<>();
      List<String> symbols = new ArrayList<>(List.of("a", "b", "c"));
      for (int merge = 0; merge < 6; merge++) {
        String left = symbols.get(random.nextInt(symbols.size()));
        String right = symbols.get(random.nextInt(symbols.size()));
        ranks.putIfAbsent(left + " " + right, ranks.size());
        symbols.add(left + right);
      }
      String[] word = new String[1 + random.nextInt(30)];
      for (int i = 0; i < word.length; i++) {
        word[i] = symbols.get(random.nextInt(3));
      }
      assertWithMessage("%s %s", ranks, List.of(word))
          .that(PairMerger.merge(word.clone(), ranks))
          .isEqualTo(naive(List.of(word), ranks));
    }
  }

  private static List<String> naive(List<String> word, Map<String, Integer> ranks) {
    List<String> symbols = word;
    while (true) {
      String best = null;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        String pair = symbols.get(i) + " " + symbols.get(i + 1);
        if (ranks.containsKey(pair) && (best == null || ranks.get(pair) < ranks.get(best))) {
          best = pair;
        }
      }
      if (best == null) {
        return symbols;
      }
      List<String> merged = new ArrayList<>();
      for (int i = 0; i < symbols.size(); i++) {
        boolean pair =
            i + 1 < symbols.size() && (symbols.get(i) + " " + symbols.get(i + 1)).equals(best);
        merged.add(pair ? symbols.get(i) + symbols.get(i + 1) : symbols.get(i));
        i += pair ? 1 : 0;
      }
      symbols = merged;
    }
  }

  @Test
  void encode_ofALongWord_endsSoon() throws IOException {
    Map<String, Integer> ids = vocabulary(MERGES);
    int[] encoded = load(ids, MERGES).encode("a".repeat(100_003));

    assertThat(encoded).hasLength(25_000 + 2);
    assertThat(encoded[24_999]).isEqualTo(ids.get("aaaa"));
    assertThat(encoded[25_000]).isEqualTo(ids.get("aa"));
    assertThat(encoded[25_001]).isEqualTo(ids.get("a"));
  }

  @Test
  void single_standsBetweenStartAndEnd_andLosesItsLastTokens() throws IOException {
    Map<String, Integer> ids = vocabulary(MERGES);
    RobertaTokenizer tokenizer = load(ids, MERGES);
    int a = ids.get("b");

    assertThat(tokenizer.single("bbb", 5).ids()).isEqualTo(new int[] {0, a, a, a, 2});
    assertThat(tokenizer.single("bbb", 5).cut()).isFalse();
    assertThat(tokenizer.single("bbb", 4).ids()).isEqualTo(new int[] {0, a, a, 2});
    assertThat(tokenizer.single("bbb", 4).cut()).isTrue();
  }

  @Test
  void pair_thatIsTooLong_losesTokensOfTheLonger_thenOfTheSecond() throws IOException {
    Map<String, Integer> ids = vocabulary(MERGES);
    RobertaTokenizer tokenizer = load(ids, MERGES);
    int b = ids.get("b");
    int c = ids.get("c");

    assertThat(tokenizer.pair("bb", "c", 7).ids()).isEqualTo(new int[] {0, b, b, 2, 2, c, 2});
    assertThat(tokenizer.pair("bbbbb", "cc", 8).ids())
        .isEqualTo(new int[] {0, b, b, 2, 2, c, c, 2});
    // As long as each other: the second gives way.
    assertThat(tokenizer.pair("bbb", "ccc", 9).ids())
        .isEqualTo(new int[] {0, b, b, b, 2, 2, c, c, 2});
    assertThat(tokenizer.pair("bbb", "ccc", 9).cut()).isTrue();
  }

  @Test
  void load_ofFilesThatDoNotFit_saysWhere() throws IOException {
    Map<String, Integer> ids = vocabulary(MERGES);
    assertThat(refused(ids, List.of("l o", "x yz")))
        .contains("merges.txt: line 3 is x yz, expected two symbols of the vocabulary");
    assertThat(refused(ids, List.of("l o", "l o")))
        .contains("merges.txt: the merge l o stands there twice");

    Map<String, Integer> unended = new LinkedHashMap<>(ids);
    unended.remove("</s>");
    unended.put("<end>", 2);
    assertThat(refused(unended, MERGES))
        .contains("vocab.json: is no vocabulary of RoBERTa: token </s> is missing");

    Map<String, Integer> twice = new LinkedHashMap<>(ids);
    twice.put("new", 7);
    assertThat(refused(twice, MERGES)).contains("token new: expected a number of its own, found 7");

    Map<String, Integer> hole = new LinkedHashMap<>(ids);
    hole.put("aa", ids.size());
    assertThat(refused(hole, MERGES))
        .contains("vocab.json: no token has the number " + ids.get("aa"));

    Map<String, Integer> byteless = new LinkedHashMap<>(ids);
    byteless.put("<new>", byteless.remove("Ġ"));
    assertThat(refused(byteless, MERGES)).contains("RoBERTa: token Ġ is missing");

    assertThat(refused(ids, MERGES.subList(0, MERGES.size() - 2)))
        .contains(
            "vocab.json: 2 tokens are made by no merge of merges.txt, the first is Ð¸: the two files do not belong together");

    Map<String, Integer> marks = new LinkedHashMap<>(ids);
    List.of("<mask>", "<|endoftext|>", "madeupword0000").forEach(t -> marks.put(t, marks.size()));
    assertThat(load(marks, MERGES).size()).isEqualTo(ids.size() + 3);

    assertThat(refusedJson("{\"<s>\": 0, \"<s>\": 1}"))
        .contains("vocab.json: is not valid JSON at line 1, column 17: Duplicate field '<s>'");
    assertThat(refusedJson("{\"<s>\": \"0\"}"))
        .contains("vocab.json: token <s>: expected a number of its own, found 0");
    assertThat(refusedJson("{\"<s>\": 0,")).contains("vocab.json: is not valid JSON at line 1");
    assertThat(refusedJson("#version: 0.2\n"))
        .contains("vocab.json: is no vocabulary of RoBERTa: expected vocab.json, a JSON object");
    assertThat(refusedJson("")).contains("vocab.json: is no vocabulary of RoBERTa");

    var unused = load(ids, MERGES);
    Files.delete(folder.resolve("merges.txt"));
    assertThat(
            assertThrows(
                    TextFileException.class,
                    () -> RobertaTokenizer.load(folder.resolve("vocab.json")))
                .getMessage())
        .contains("vocab.json: is the list of tokens; the list of merges, merges.txt, is missing");
  }

  /** GPT-2's own files, and ids that another program gives: {@code -Dgpt2=DIR}. */
  @Test
  void encode_withTheRealFiles_givesWhatAnotherProgramGives() throws IOException {
    String given = System.getProperty("gpt2", "");
    assumeFalse(given.isEmpty(), "needs -Dgpt2=DIR with encoder.json, vocab.bpe and cases.json");
    Path real = Path.of(given);
    ObjectNode tokens = (ObjectNode) JSON.readTree(real.resolve("encoder.json").toFile());
    for (String special : SPECIAL) {
      tokens.put(special, tokens.size());
    }
    JSON.writeValue(folder.resolve("vocab.json").toFile(), tokens);
    Files.copy(real.resolve("vocab.bpe"), folder.resolve("merges.txt"));
    RobertaTokenizer tokenizer = RobertaTokenizer.load(folder.resolve("vocab.json"));

    JsonNode cases = JSON.readTree(real.resolve("cases.json").toFile());
    assertThat(cases.size()).isAtLeast(1);
    for (JsonNode one : cases) {
      List<Integer> expected = new ArrayList<>();
      one.get("ids").forEach(id -> expected.add(id.intValue()));
      assertWithMessage(one.get("text").toString())
          .that(tokenizer.encode(one.get("text").textValue()))
          .asList()
          .containsExactlyElementsIn(expected)
          .inOrder();
    }
  }

  /** Special tokens, all bytes, then what the merges make. */
  private static Map<String, Integer> vocabulary(List<String> merges) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    SPECIAL.forEach(token -> ids.put(token, ids.size()));
    for (int i = 0; i < ByteSymbols.COUNT; i++) {
      ids.put(ByteSymbols.inOrder(i), ids.size());
    }
    merges.forEach(merge -> ids.put(merge.replace(" ", ""), ids.size()));
    return ids;
  }

  private RobertaTokenizer load(Map<String, Integer> ids, List<String> merges) throws IOException {
    JSON.writeValue(folder.resolve("vocab.json").toFile(), ids);
    Files.writeString(
        folder.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", merges) + "\n");
    return RobertaTokenizer.load(folder.resolve("vocab.json"));
  }

  private String refusedJson(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("vocab.json"), json);
    return assertThrows(TextFileException.class, () -> RobertaTokenizer.load(file)).getMessage();
  }

  private String refused(Map<String, Integer> ids, List<String> merges) {
    return assertThrows(TextFileException.class, () -> load(ids, merges)).getMessage();
  }
}
