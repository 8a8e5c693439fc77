package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.infer.Classifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} with text files, a small random RoBERTa, and a vocabulary of single bytes. */
final class PredictTextsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int START = 0;

  private static final int END = 2;

  @TempDir Path folder;
  private Map<String, Integer> ids;
  private Path vocabulary;
  private SmallAdapter model;

  @BeforeEach
  void makeModel() throws IOException {
    ids = byteTokens();
    vocabulary = folder.resolve("vocab.json");
    JSON.writeValue(vocabulary.toFile(), ids);
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n");
    model = adapter(3, Map.of());
  }

  @Test
  void lines_areSentencesAndPairs() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "good film\nas bad\tas that\r\n");
    Launched launched = predict(file.toString());

    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    assertThat(launched.err()).isEmpty();
    List<JsonNode> lines = lines(launched);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1).get("text").asText()).isEqualTo(file.toString());
    assertThat(lines.get(1).get("line").asInt()).isEqualTo(2);
    float[][] expected =
        expected(new int[][] {sequence("good film"), sequence("as bad", "as that")}, true);
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(lines.get(i).get("probabilities").get(c).asDouble())
            .isWithin(1e-5)
            .of(expected[i][c]);
      }
    }
    assertThat(Math.abs(expected[0][0] - expected[1][0])).isGreaterThan(1e-4f);
  }

  @Test
  void adapterWithASlashBehindIt_isTheSame() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "one\n");
    Launched launched =
        Launched.run(
            Hydra.COMMANDS,
            "predict",
            "--backbone=" + model.backbone(),
            "--adapter=" + model.adapter() + "/",
            "--device=cpu",
            "--vocabulary=" + vocabulary,
            file.toString());
    assertThat(lines(launched)).hasSize(1);
  }

  @Test
  void longText_isCutAsInTraining() throws IOException {
    model = adapter(3, Map.of("maxTokens", "10"));
    Path file = Files.writeString(folder.resolve("a.txt"), "abcdefghijkl\nabcdefgh\n");
    List<JsonNode> lines = lines(predict(file.toString()));
    assertThat(lines.get(0).get("probabilities")).isEqualTo(lines.get(1).get("probabilities"));
  }

  @Test
  void regression_tellsANumber() throws IOException {
    model = adapter(1, Map.of("sentences", "2"));
    Path file = Files.writeString(folder.resolve("a.tsv"), "one\ttwo\n");
    JsonNode line = lines(predict(file.toString())).get(0);
    assertThat(line.get("predicted").asDouble())
        .isWithin(1e-5)
        .of(expected(new int[][] {sequence("one", "two")}, false)[0][0]);
    assertThat(line.has("probabilities")).isFalse();
    assertThat(line.get("predicted").asDouble()).isNotEqualTo(1.0);
  }

  @Test
  void badLines_areToldAndTheOthersPredicted() throws IOException {
    model = adapter(3, Map.of("sentences", "2"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("one\ttwo\n\nalone\n".getBytes(StandardCharsets.UTF_8));
    bytes.write(new byte[] {'a', (byte) 0xff, '\n'});
    bytes.write("a\t \na\tb\tc\n".getBytes(StandardCharsets.UTF_8));
    Path file = Files.write(folder.resolve("a.txt"), bytes.toByteArray());
    Launched launched = predict(file.toString());

    assertThat(launched.exitCode()).isEqualTo(3);
    assertThat(launched.err()).isEqualTo("hydra: 5 of 6 lines cannot be used\n");
    List<JsonNode> lines = lines(launched);
    assertThat(lines.get(0).has("probabilities")).isTrue();
    assertThat(lines.stream().skip(1).map(line -> line.get("error").asText()))
        .containsExactly(
            "is empty",
            "has 1 columns, divided by tabs; expected two sentences with a tab between them",
            "is not UTF-8 text",
            "one of its two sentences is empty",
            "has 3 columns, divided by tabs; expected two sentences with a tab between them")
        .inOrder();
  }

  @Test
  void nothingButBadLines_fails() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "\n\n");
    assertThat(predict(file.toString()).exitCode()).isEqualTo(1);
  }

  @Test
  void tabInSentencesOfASingleTask_isAnError() throws IOException {
    model = adapter(3, Map.of("sentences", "1"));
    Path file = Files.writeString(folder.resolve("a.txt"), "one\t1\n");
    assertThat(lines(predict(file.toString())).get(0).get("error").asText())
        .isEqualTo("has 2 columns, divided by tabs; expected a sentence alone");
  }

  @Test
  void emptyFile_isUsage() throws IOException {
    Path file = Files.createFile(folder.resolve("a.txt"));
    assertUsage(predict(file.toString()), "--texts: the files hold no line");
  }

  @Test
  void batchesAndFolders_keepTheOrder() throws IOException {
    Path texts = Files.createDirectory(folder.resolve("lines"));
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      many.append("x".repeat(1 + i % 40)).append('\n');
    }
    Files.writeString(texts.resolve("b.txt"), many);
    Files.writeString(texts.resolve("a.tsv"), "first\n");
    Files.writeString(texts.resolve("c.md"), "not looked at\n");
    List<JsonNode> lines = lines(predict("--batch=2", "--texts=" + texts));
    assertThat(lines).hasSize(51);
    assertThat(lines.get(0).get("text").asText()).endsWith("a.tsv");
    assertThat(lines.get(50).get("line").asInt()).isEqualTo(50);
    assertThat(lines.get(2).get("probabilities")).isEqualTo(lines.get(42).get("probabilities"));
    assertThat(lines.get(2).get("probabilities")).isNotEqualTo(lines.get(3).get("probabilities"));
  }

  @Test
  void withoutVocabulary_saysWhatIsMissing() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "one\n");
    assertUsage(launch(file.toString()), "--vocabulary=FILE");
    assertUsage(launch("--texts=" + file), "--vocabulary=FILE is missing");
  }

  @Test
  void otherVocabulary_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "one\n");
    model = adapter(3, Map.of("vocabularyHash", "0123456789abcdef"));
    assertUsage(predict(file.toString()), "is not the one that the adapter was trained with");
    ids.put("<mask>", ids.size());
    JSON.writeValue(vocabulary.toFile(), ids);
    assertUsage(predict(file.toString()), "has 261 tokens, the backbone 260");
    Files.delete(folder.resolve("merges.txt"));
    assertUsage(predict(file.toString()), "merges.txt, is missing beside it");
  }

  @Test
  void imagesForAModelOfTexts_areRefused() throws IOException {
    SmallAdapter.writeImage(folder.resolve("a.png"), 32, 32);
    assertUsage(predict(folder.resolve("a.png").toString()), "a.png is an image");
    assertUsage(
        launch("--images=" + folder.resolve("a.png")), "--images: the adapter's model reads texts");
  }

  @Test
  void textsForAModelOfImages_areRefused() throws IOException {
    model = SmallAdapter.write(folder, VitConfig.tiny());
    Path file = Files.writeString(folder.resolve("a.txt"), "one\n");
    assertUsage(predict(file.toString()), "--texts: the adapter's model reads images");
  }

  @Test
  void bothKindsOrNone_areUsage() {
    assertUsage(launch("--images=a.png", "--texts=a.txt"), "--images and --texts are both given");
    assertUsage(launch(), "no files are named");
  }

  @Test
  void classNamesOfARegression_areRefused() throws IOException {
    model = adapter(1, Map.of());
    Path names = Files.writeString(folder.resolve("names.txt"), "one\n");
    Path file = Files.writeString(folder.resolve("a.txt"), "one\n");
    assertUsage(
        predict("--classNames=" + names, "--texts=" + file),
        "the adapter predicts a number, and has no classes");
  }

  private static void assertUsage(Launched launched, String message) {
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains(message);
    assertThat(launched.err().lines().count()).isEqualTo(1);
    assertThat(launched.out()).isEmpty();
  }

  private SmallAdapter adapter(int classes, Map<String, String> notes) throws IOException {
    return SmallAdapter.writeTexts(folder, RobertaConfig.tiny(ids.size()), classes, notes);
  }

  private float[][] expected(int[][] texts, boolean probabilities) throws IOException {
    try (Classifier classifier =
        AdaptedModel.load(model.backbone().toString(), model.adapter().toString())
            .open(1, TensorFlowRuntime.singleThread())) {
      TextSamples samples = new TextSamples(texts);
      return probabilities ? classifier.probabilities(samples) : classifier.logits(samples);
    }
  }

  private int[] sequence(String... sentences) {
    List<Integer> sequence = new ArrayList<>(List.of(START));
    for (int i = 0; i < sentences.length; i++) {
      if (i > 0) {
        sequence.add(END);
      }
      for (char c : sentences[i].toCharArray()) {
        sequence.add(ids.get(c == ' ' ? "\u0120" : String.valueOf(c)));
      }
      sequence.add(END);
    }
    return sequence.stream().mapToInt(Integer::intValue).toArray();
  }

  /** As GPT-2 writes bytes: printable ones as themselves, the others from U+0100 on. */
  private static Map<String, Integer> byteTokens() {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    for (String special : List.of("<s>", "<pad>", "</s>", "<unk>")) {
      tokens.put(special, tokens.size());
    }
    char other = '\u0100';
    for (char b = 0; b < 256; b++) {
      boolean printable = (b > ' ' && b < 127) || (b > 160 && b != 173);
      tokens.put(String.valueOf(printable ? b : other++), tokens.size());
    }
    return tokens;
  }

  private static List<JsonNode> lines(Launched launched) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : launched.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    assertWithMessage(launched.err()).that(lines).isNotEmpty();
    return lines;
  }

  private Launched predict(String... words) {
    List<String> all = new ArrayList<>(List.of("--vocabulary=" + vocabulary));
    all.addAll(List.of(words));
    return launch(all.toArray(String[]::new));
  }

  private Launched launch(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "predict",
                "--backbone=" + model.backbone(),
                "--adapter=" + model.adapter(),
                "--device=cpu"));
    all.addAll(List.of(words));
    return Launched.run(Hydra.COMMANDS, all.toArray(String[]::new));
  }
}
