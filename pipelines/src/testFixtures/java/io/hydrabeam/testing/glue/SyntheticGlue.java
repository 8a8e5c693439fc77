package io.hydrabeam.testing.glue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * GLUE's eight tasks in the published formats, with sentences about weather and moods that a small
 * model can learn: what matters is whether a sentence is glad, sad or neither.
 */
public final class SyntheticGlue {

  private static final List<String> GLAD =
      List.of("happy", "bright", "lovely", "sunny", "great", "warm", "kind", "fine");

  private static final List<String> SAD =
      List.of("gloomy", "awful", "bitter", "rainy", "poor", "cold", "cruel", "sour");

  private static final List<String> PLAIN =
      List.of(
          "the", "a", "day", "house", "of", "man", "river", "and", "street", "table", "was", "in");

  private final Random random;

  private SyntheticGlue(long seed) {
    this.random = new Random(seed);
  }

  /** Writes the tables of all tasks below a folder, and a vocabulary. */
  public static void write(Path root, int train, int test, long seed) throws IOException {
    SyntheticGlue glue = new SyntheticGlue(seed);
    for (String split : List.of("train", "test")) {
      int rows = split.equals("train") ? train : test;
      for (String file :
          split.equals("train") ? List.of("train") : List.of("dev_matched", "dev_mismatched")) {
        glue.table(
            root,
            "MNLI",
            file,
            "index\tpromptID\tpairID\tgenre\tsentence1\tsentence2\tlabel1\tgold_label",
            rows,
            glue::mnli);
      }
      String file = split.equals("train") ? "train" : "dev";
      glue.table(root, "SST-2", file, "sentence\tlabel", rows, glue::sst2);
      glue.table(
          root,
          "MRPC",
          file,
          "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String",
          rows,
          glue::mrpc);
      glue.table(root, "CoLA", file, "", rows, glue::cola);
      glue.table(root, "QNLI", file, "index\tquestion\tsentence\tlabel", rows, glue::qnli);
      glue.table(
          root, "QQP", file, "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate", rows, glue::qqp);
      glue.table(root, "RTE", file, "index\tsentence1\tsentence2\tlabel", rows, glue::qnli);
      glue.table(
          root,
          "STS-B",
          file,
          "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore",
          rows,
          glue::stsb);
    }
    vocabulary(root);
  }

  /** Writes the published test tables, which have no labels, below the same folder. */
  public static void writeHidden(Path root, int rows, long seed) throws IOException {
    SyntheticGlue glue = new SyntheticGlue(seed);
    for (String file : List.of("test_matched", "test_mismatched")) {
      glue.table(
          root,
          "MNLI",
          file,
          "index\tpromptID\tpairID\tgenre\tsentence1\tsentence2",
          rows,
          index -> cut(glue.mnli(index), 0, 6));
    }
    glue.table(
        root,
        "SST-2",
        "test",
        "index\tsentence",
        rows,
        index -> index + "\t" + cut(glue.sst2(index), 0, 1));
    glue.table(
        root,
        "MRPC",
        "test",
        "\uFEFFindex\t#1 ID\t#2 ID\t#1 String\t#2 String",
        rows,
        index -> index + "\t" + cut(glue.mrpc(index), 1, 5));
    glue.table(
        root,
        "CoLA",
        "test",
        "index\tsentence",
        rows,
        index -> index + "\t" + cut(glue.cola(index), 3, 4));
    glue.table(
        root,
        "QNLI",
        "test",
        "index\tquestion\tsentence",
        rows,
        index -> cut(glue.qnli(index), 0, 3));
    glue.table(
        root,
        "QQP",
        "test",
        "id\tquestion1\tquestion2",
        rows,
        index -> index + "\t" + cut(glue.qqp(index), 3, 5));
    glue.table(
        root,
        "RTE",
        "test",
        "index\tsentence1\tsentence2",
        rows,
        index -> cut(glue.qnli(index), 0, 3));
    glue.table(
        root,
        "STS-B",
        "test",
        "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2",
        rows,
        index -> cut(glue.stsb(index), 0, 9));
  }

  /** Some columns of a row. */
  private static String cut(String row, int from, int to) {
    return String.join("\t", List.of(row.split("\t", -1)).subList(from, to));
  }

  /** Makes a row. */
  private interface Row {
    String of(int index);
  }

  private void table(Path root, String folder, String file, String header, int rows, Row row)
      throws IOException {
    StringBuilder text = new StringBuilder(header.isEmpty() ? "" : header + "\n");
    for (int i = 0; i < rows; i++) {
      text.append(row.of(i)).append('\n');
    }
    Path path = root.resolve(folder).resolve(file + ".tsv");
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String mnli(int index) {
    int label = random.nextInt(3);
    int first = random.nextInt(2) == 0 ? -1 : 1;
    int second = label == 0 ? first : label == 1 ? 0 : -first;
    return "%d\t%dp\t%dq\tfiction\t%s\t%s\tneutral\t%s"
        .formatted(
            index,
            index,
            index,
            sentence(first),
            sentence(second),
            List.of("entailment", "neutral", "contradiction").get(label));
  }

  private String sst2(int index) {
    int label = random.nextInt(2);
    return "%s\t%d".formatted(sentence(label == 1 ? 1 : -1), label);
  }

  private String mrpc(int index) {
    int label = random.nextInt(2);
    int mood = random.nextInt(2) == 0 ? -1 : 1;
    return "%d\t%d\t%d\t%s\t%s"
        .formatted(label, index, index + 1, sentence(mood), sentence(label == 1 ? mood : -mood));
  }

  private String cola(int index) {
    int label = random.nextInt(3) > 0 ? 1 : 0;
    return "gj04\t%d\t%s\t%s"
        .formatted(label, label == 1 ? "" : "*", sentence(label == 1 ? 1 : -1));
  }

  private String qnli(int index) {
    int label = random.nextInt(2);
    int mood = random.nextInt(2) == 0 ? -1 : 1;
    return "%d\t%s?\t\"%s\t%s"
        .formatted(
            index,
            sentence(mood),
            sentence(label == 0 ? mood : -mood),
            label == 0 ? "entailment" : "not_entailment");
  }

  private String qqp(int index) {
    int label = random.nextInt(2);
    int mood = random.nextInt(2) == 0 ? -1 : 1;
    return "%d\t%d\t%d\t%s?\t%s?\t%d"
        .formatted(
            index,
            2 * index,
            2 * index + 1,
            sentence(mood),
            sentence(label == 1 ? mood : -mood),
            label);
  }

  private String stsb(int index) {
    int steps = random.nextInt(6);
    int mood = steps > 2 ? 1 : -1;
    return "%d\tmain\tnews\t2012\t%04d\tnone\tnone\t%s\t%s\t%.3f"
        .formatted(index, index, sentence(mood), sentence(mood), steps * 1.0);
  }

  /**
   * A sentence.
   *
   * @param mood 1 glad, -1 sad, 0 neither
   */
  private String sentence(int mood) {
    List<String> words = new ArrayList<>();
    int length = 4 + random.nextInt(random.nextInt(8) == 0 ? 40 : 8);
    for (int i = 0; i < length; i++) {
      List<String> from = mood != 0 && random.nextInt(3) == 0 ? (mood > 0 ? GLAD : SAD) : PLAIN;
      words.add(from.get(random.nextInt(from.size())));
    }
    if (mood != 0) {
      words.set(random.nextInt(words.size()), (mood > 0 ? GLAD : SAD).get(random.nextInt(8)));
    }
    return String.join(" ", words);
  }

  /** Special tokens, all bytes, and merges that make the words, with and without a blank before. */
  private static void vocabulary(Path root) throws IOException {
    Set<String> merges = new LinkedHashSet<>();
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String special : List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>")) {
      ids.put(special, ids.size());
    }
    for (int b = 0; b < 256; b++) {
      ids.put(Character.toString(symbol(b)), ids.size());
    }
    List<String> words = new ArrayList<>(PLAIN);
    words.addAll(GLAD);
    words.addAll(SAD);
    for (String word : words) {
      for (String start : List.of("", "\u0120")) {
        String whole = start + word;
        for (int end = 1; end < whole.length(); end++) {
          merges.add(whole.substring(0, end) + " " + whole.charAt(end));
        }
      }
    }
    merges.forEach(merge -> ids.putIfAbsent(merge.replace(" ", ""), ids.size()));
    StringBuilder json = new StringBuilder("{");
    ids.forEach(
        (token, id) ->
            json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(token.replace("\\", "\\\\").replace("\"", "\\\""))
                .append("\":")
                .append(id));
    Files.writeString(root.resolve("vocab.json"), json.append('}'));
    Files.writeString(
        root.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", merges) + "\n");
  }

  /** GPT-2's printable character of a byte. */
  private static int symbol(int b) {
    int hidden = 0;
    for (int other = 0; other < 256; other++) {
      boolean printable = (other > ' ' && other < 0x7f) || (other > 0xa0 && other != 0xad);
      if (other == b) {
        return printable ? b : 256 + hidden;
      }
      hidden += printable ? 0 : 1;
    }
    throw new IllegalArgumentException("no byte: " + b);
  }

  /** Number of tokens of the vocabulary that {@link #write} makes. */
  public static int vocabularySize(Path root) throws IOException {
    String json = Files.readString(root.resolve("vocab.json"));
    return Integer.parseInt(json.substring(json.lastIndexOf(':') + 1, json.length() - 1)) + 1;
  }
}
