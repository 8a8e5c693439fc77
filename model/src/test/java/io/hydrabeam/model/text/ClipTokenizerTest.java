package io.hydrabeam.model.text;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClipTokenizerTest {

  @TempDir Path folder;

  @Test
  void encode_withClipsVocabulary_equalsTheReference() throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.load(clipsVocabulary());
    JsonNode vectors = Vectors.json("clip_bpe/tokens.json");
    int context = vectors.get("context_length").intValue();

    assertThat(tokenizer.size()).isEqualTo(vectors.get("vocab_size").intValue());
    assertThat(vectors.get("cases").size()).isGreaterThan(0);
    for (JsonNode example : vectors.get("cases")) {
      String text = example.get("text").textValue();
      boolean repaired = example.get("needs_ftfy").booleanValue();
      int[] ids = ids(example.get(repaired ? "bpe_ids_without_ftfy" : "bpe_ids"));
      assertWithMessage(text).that(tokenizer.encode(text)).isEqualTo(ids);
      if (repaired) {
        continue;
      }
      TokenSequence kept = tokenizer.sequence(text, context, Truncation.KEEP_END);
      TokenSequence lost = tokenizer.sequence(text, context, Truncation.LOSE_END);
      boolean fits = !example.get("ids_77").isNull();
      JsonNode whole = example.get("ids_77");
      assertWithMessage(text)
          .that(kept.ids())
          .isEqualTo(ids(fits ? whole : example.get("ids_openai_truncate_77")));
      assertWithMessage(text)
          .that(lost.ids())
          .isEqualTo(ids(fits ? whole : example.get("ids_seed_77")));
      assertWithMessage(text).that(kept.cut()).isEqualTo(!fits);
    }
  }

  @Test
  void vocabularyOfHuggingFace_givesTheSameTokens() throws IOException {
    ClipTokenizer merges = ClipTokenizer.load(small());
    ClipTokenizer huggingFace = ClipTokenizer.load(huggingFace());

    assertThat(huggingFace.size()).isEqualTo(merges.size());
    for (String text : List.of("", "A photo of the cat.", "digit 7!", "\u65e5\u672c caf\u00e9")) {
      assertThat(huggingFace.encode(text)).isEqualTo(merges.encode(text));
    }
  }

  @Test
  void packedVocabulary_givesTheSameTokens() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(Files.readAllBytes(small()));
    }
    Path packed = Files.write(folder.resolve("v.txt.gz"), bytes.toByteArray());

    assertThat(ClipTokenizer.load(packed).encode("a photo"))
        .isEqualTo(ClipTokenizer.load(small()).encode("a photo"));
  }

  @Test
  void encode_mergesInTheVocabularysOrder() throws IOException {
    Path file = write("v.txt", "#version: 0.2\nb c</w>\na b\nab c</w>\n");
    ClipTokenizer tokenizer = ClipTokenizer.load(file);
    int a = 'a' - '!';
    int merges = 512;

    assertThat(tokenizer.size()).isEqualTo(merges + 3 + 2);
    // "b c</w>" comes first, so that "ab c</w>" is never reached.
    assertThat(tokenizer.encode("abc")).isEqualTo(new int[] {a, merges});
    assertThat(tokenizer.encode("ab")).isEqualTo(new int[] {a, 256 + 'b' - '!'});
    assertThat(tokenizer.encode("ab-abx"))
        .isEqualTo(new int[] {a, 256 + 'b' - '!', 256 + '-' - '!', merges + 1, 256 + 'x' - '!'});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "  A\tPhoto \u2028 OF|a photo of",
        "cats &amp;amp; dogs|cats & dogs",
        "caf&eacute; &euro;|caf\u00e9 \u20ac",
        "&#39;x&#x27;|'x'",
        "&#133;|\u2026",
        "x&ltb|x<b",
        "&nosuch; &|&nosuch; &",
      })
  void encode_cleansTheText(String given, String clean) throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.load(small());
    assertThat(tokenizer.encode(given)).isEqualTo(tokenizer.encode(clean));
    assertThat(tokenizer.encode(given).length).isGreaterThan(0);
  }

  @Test
  void encode_splitsEndingsDigitsAndSymbols() throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.load(small());
    assertThat(tokenizer.encode("it's 42, no?!"))
        .isEqualTo(joined(tokenizer, "it", "'s", "4", "2", ",", "no", "?!"));
  }

  @Test
  void sequence_thatIsTooLong_keepsOrLosesItsEnd() throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.load(small());
    int start = tokenizer.size() - 2;
    int end = tokenizer.size() - 1;
    int[] words = tokenizer.encode("1 2 3 4");

    assertThat(tokenizer.sequence("1 2 3 4", 7, Truncation.KEEP_END).ids())
        .isEqualTo(new int[] {start, words[0], words[1], words[2], words[3], end, 0});
    assertThat(tokenizer.sequence("1 2 3 4", 6, Truncation.LOSE_END).cut()).isFalse();
    TokenSequence kept = tokenizer.sequence("1 2 3 4", 4, Truncation.KEEP_END);
    assertThat(kept.ids()).isEqualTo(new int[] {start, words[0], words[1], end});
    assertThat(kept.read()).isEqualTo(3);
    assertThat(kept.cut()).isTrue();
    TokenSequence lost = tokenizer.sequence("1 2 3 4", 4, Truncation.LOSE_END);
    assertThat(lost.ids()).isEqualTo(new int[] {start, words[0], words[1], words[2]});
    assertThat(lost.read()).isEqualTo(0);
  }

  @Test
  void otherFiles_areRefusedInOneLine() throws IOException {
    assertThat(refused(folder.resolve("none"))).endsWith("none: no such file");
    assertThat(refused(write("a", "hello\n")))
        .endsWith("a: is no vocabulary of CLIP: line 1 is hello, expected a header with #version");
    assertThat(refused(write("b", ""))).contains("line 1 is missing");
    assertThat(refused(write("c", "#version: 0.2\na b\na b c\n")))
        .endsWith("c: line 3 is a b c, expected two symbols of the vocabulary and a blank between");
    assertThat(refused(write("d", "#version: 0.2\nab c\n"))).contains("line 2 is ab c");
    assertThat(refused(write("e", "#version: 0.2\na b\na b\n")))
        .endsWith("e: line 3 makes the token ab a second time");
    assertThat(refused(write("f", "{\"a\": 0,\n  \"b\" 1}")))
        .contains("f: is not valid JSON at line 2, column ");
    assertThat(refused(write("g", "{\"a\": 0, \"b\": 0}")))
        .endsWith("g: token b: expected a number of its own, found 0");
    assertThat(refused(write("h", "{\"a\": 0, \"b\": 2}")))
        .endsWith("h: no token has the number 1");
    assertThat(refused(write("i", "{\"!\": 0}")))
        .endsWith("i: is no vocabulary of CLIP: token !</w> is missing");
    Path packed =
        Files.write(folder.resolve("j"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7});
    assertThat(refused(packed)).endsWith("j: is a damaged gzip file");
    Files.delete(huggingFace().resolveSibling("merges.txt"));
    assertThat(refused(folder.resolve("vocab.json")))
        .endsWith("the list of merges, merges.txt, is missing beside it");
  }

  /** CLIP's own vocabulary is not part of this project. */
  private static Path clipsVocabulary() {
    String given = System.getProperty("vocabulary", "");
    assumeFalse(given.isEmpty(), "needs -Dvocabulary=FILE");
    Path path = Path.of(given);
    return path.isAbsolute()
        ? path
        : Path.of(System.getProperty("hydra.basedir", ".")).resolve(path);
  }

  private Path small() throws IOException {
    return SmallVocabulary.write(folder);
  }

  private Path huggingFace() throws IOException {
    Path merges = small();
    Files.copy(merges, folder.resolve("merges.txt"));
    List<String> lines = Files.readAllLines(merges);
    List<String> tokens = new ArrayList<>();
    for (String end : List.of("", "</w>")) {
      for (int i = 0; i < ByteSymbols.COUNT; i++) {
        tokens.add(ByteSymbols.inOrder(i) + end);
      }
    }
    lines.subList(1, lines.size()).forEach(line -> tokens.add(line.replace(" ", "")));
    tokens.addAll(List.of("<|startoftext|>", "<|endoftext|>"));
    StringJoiner json = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i).replace("\\", "\\\\").replace("\"", "\\\"");
      json.add("\"%s\": %d".formatted(token, i));
    }
    return write("vocab.json", json.toString());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
  }

  private static String refused(Path file) {
    String message =
        assertThrows(TextFileException.class, () -> ClipTokenizer.load(file)).getMessage();
    assertThat(message.lines().count()).isEqualTo(1);
    return message;
  }

  private static int[] joined(ClipTokenizer tokenizer, String... words) {
    return Arrays.stream(words).flatMapToInt(w -> Arrays.stream(tokenizer.encode(w))).toArray();
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).intValue();
    }
    return ids;
  }
}
