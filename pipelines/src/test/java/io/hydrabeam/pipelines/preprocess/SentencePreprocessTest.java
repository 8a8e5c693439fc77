package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.model.text.RobertaTokenizer;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.records.TextRecord;
import io.hydrabeam.pipelines.records.TfRecordReader;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.testing.glue.SyntheticGlue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Example;

final class SentencePreprocessTest {

  private static final int TRAIN = 12;

  private static final int TEST = 6;

  private static final int TOKENS = 24;

  private static final String PAIRS =
      "index\tsentence1\tsentence2\tlabel\n"
          + "0\tThe man was happy\tA happy man\tentailment\n"
          + "1\tThe day was cold\tA \"warm day\tnot_entailment\n";

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  private Path input;

  private Path examples;

  @BeforeEach
  void writeInput() throws IOException {
    input = temp.resolve("input");
    SyntheticGlue.write(input, TRAIN, TEST, 3);
    examples = temp.resolve("examples");
  }

  @Test
  void run_allTasks_storesEveryRowWithItsTokens() throws IOException {
    StageResult result = run("--tasks=all");

    assertThat(result.exitCode()).isEqualTo(0);
    assertThat(result.summary()).hasSize(8);
    assertThat(result.summary().get(0)).startsWith("mnli: 24 texts, ");
    RobertaTokenizer tokenizer = RobertaTokenizer.load(input.resolve("vocab.json"));
    for (Table table : TABLES) {
      List<String> expected = table.rows(input);
      List<String> stored = new ArrayList<>();
      for (TextRecord text : records(examples, table.task(), table.split())) {
        if (text.key().startsWith(table.part())) {
          boolean pair = !text.second().isEmpty();
          assertThat(text.ids())
              .isEqualTo(
                  (pair
                          ? tokenizer.pair(text.first(), text.second(), TOKENS)
                          : tokenizer.single(text.first(), TOKENS))
                      .ids());
          stored.add(
              "%s|%s|%s|%d|%.3f"
                  .formatted(
                      text.key(), text.first(), text.second(), text.labels()[0], text.number()));
        }
      }
      assertWithMessage(table.toString())
          .that(stored)
          .containsExactlyElementsIn(expected)
          .inOrder();
      assertThat(stored).hasSize(table.split().equals("train") ? TRAIN : TEST);
    }
  }

  /** A table of the synthetic GLUE, and where its columns are. */
  private record Table(
      String task, String split, String file, String part, int first, int second, int label) {

    private static final List<String> NAMED =
        List.of("entailment", "neutral", "contradiction", "not_entailment");

    /** Its rows as they should be stored. */
    List<String> rows(Path input) throws IOException {
      List<String> rows = new ArrayList<>();
      List<String> lines = Files.readAllLines(input.resolve(file));
      int header = task.equals("cola") ? 0 : 1;
      for (int i = header; i < lines.size(); i++) {
        String[] fields = lines.get(i).split("\t", -1);
        rows.add(
            "%s%08d:%s:%d|%s|%s|%s"
                .formatted(
                    part,
                    i - header,
                    file.substring(file.indexOf('/') + 1),
                    i + 1,
                    fields[first],
                    second < 0 ? "" : fields[second],
                    truth(fields[label])));
      }
      return rows;
    }

    private String truth(String written) {
      if (task.equals("stsb")) {
        return "0|" + written;
      }
      int named = NAMED.indexOf(written);
      return "%s|0.000".formatted(named < 0 ? written : named == 3 ? "1" : named);
    }
  }

  private static final List<Table> TABLES =
      List.of(
          new Table("mnli", "train", "MNLI/train.tsv", "", 4, 5, 7),
          new Table("mnli", "test", "MNLI/dev_matched.tsv", "matched/", 4, 5, 7),
          new Table("mnli", "test", "MNLI/dev_mismatched.tsv", "mismatched/", 4, 5, 7),
          new Table("sst2", "train", "SST-2/train.tsv", "", 0, -1, 1),
          new Table("sst2", "test", "SST-2/dev.tsv", "", 0, -1, 1),
          new Table("mrpc", "train", "MRPC/train.tsv", "", 3, 4, 0),
          new Table("cola", "train", "CoLA/train.tsv", "", 3, -1, 1),
          new Table("cola", "test", "CoLA/dev.tsv", "", 3, -1, 1),
          new Table("qnli", "train", "QNLI/train.tsv", "", 1, 2, 3),
          new Table("qqp", "train", "QQP/train.tsv", "", 3, 4, 5),
          new Table("rte", "test", "RTE/dev.tsv", "", 1, 2, 3),
          new Table("stsb", "train", "STS-B/train.tsv", "", 7, 8, 9));

  @Test
  void run_task_saysWhatItHolds() throws IOException {
    run("--tasks=rte");

    DatasetInfo info = info(examples, "rte");
    SplitInfo train = ExampleFolder.split(info, "train");
    assertThat(train.getImages()).isEqualTo(TRAIN);
    assertThat(train.getClassCountList().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(TRAIN);
    long[] lengths = new long[TOKENS + 1];
    records(examples, "rte", "train").forEach(text -> lengths[text.ids().length]++);
    assertThat(train.getLengthCountList())
        .containsExactlyElementsIn(
            Arrays.stream(lengths).boxed().toList().subList(0, train.getLengthCountCount()))
        .inOrder();
    assertThat(info.getImageOptions().getText().getTokens()).isEqualTo(TOKENS);
    assertThat(info.getImageOptions().getText().getVocabularySize())
        .isEqualTo(SyntheticGlue.vocabularySize(input));
    assertThat(info.getClassNameList()).containsExactly("entailment", "not_entailment").inOrder();
  }

  @Test
  void run_task_writesWhatTfdsReads() throws IOException {
    run("--tasks=stsb");

    Path folder = examples.resolve("glue/stsb");
    JsonNode features =
        JSON.readTree(folder.resolve("features.json").toFile())
            .at("/featuresDict/features/text/featuresDict/features");
    Set<String> described = new TreeSet<>();
    features.fieldNames().forEachRemaining(name -> described.add("text/" + name));
    StoredShard shard =
        ExampleFolder.shards(examples.toString(), info(examples, "stsb"), "train").get(0);
    try (TfRecordReader reader =
        new TfRecordReader(Storage.open(shard.path()), shard.path(), 1 << 20, 0)) {
      Example example = Example.parseFrom(reader.next());
      assertThat(described)
          .isEqualTo(new TreeSet<>(example.getFeatures().getFeatureMap().keySet()));
    }
    assertThat(features.at("/ids/sequence/feature/tensor/dtype").asText()).isEqualTo("int64");
    assertThat(features.at("/ids/sequence/length").asText()).isEqualTo("-1");
    assertThat(features.at("/number/tensor/dtype").asText()).isEqualTo("float32");
    assertThat(features.at("/label/classLabel/numClasses").asText()).isEqualTo("1");
    assertThat(features.at("/first/pythonClassName").asText()).endsWith(".Text");
    JsonNode about = JSON.readTree(folder.resolve("dataset_info.json").toFile());
    assertThat(about.path("description").asText())
        .startsWith(
            "stsb of glue, 1 classes, up to 24 tokens of a vocabulary of %d ("
                .formatted(SyntheticGlue.vocabularySize(input)));
    assertThat(about.path("description").asText()).contains("train: 12 texts, per class [12]");
    assertThat(about.at("/splits/0/shardLengths/0").asText()).isEqualTo("12");
  }

  @Test
  void run_otherShardsAndThreads_storesTheSame() throws IOException {
    SyntheticGlue.write(input, 300, TEST, 3);
    run("--tasks=rte", "--targetParallelism=1");
    Path threads = temp.resolve("threads");
    runInto(threads, "--tasks=rte", "--targetParallelism=4");
    Path shards = temp.resolve("shards");
    runInto(shards, "--tasks=rte", "--shardBytes=20000");

    assertThat(hashes(threads)).isEqualTo(hashes(examples));
    assertThat(info(examples, "rte").getSplit(0).getShardLengthCount()).isEqualTo(2);
    assertThat(info(shards, "rte").getSplit(0).getShardLengthCount()).isGreaterThan(4);
    assertThat(info(shards, "rte").getDataHash()).isEqualTo(info(examples, "rte").getDataHash());
    assertThat(texts(records(shards, "rte", "train")))
        .isEqualTo(texts(records(examples, "rte", "train")));
  }

  @Test
  void run_again_changesNothing_andAnotherWordIsNoticed() throws IOException {
    write("RTE/train.tsv", PAIRS);
    run("--tasks=rte");
    Map<String, String> before = hashes(examples);

    StageResult again = run("--tasks=rte");

    assertThat(again.skipped()).isEqualTo(1);
    assertThat(hashes(examples)).isEqualTo(before);

    // As long as before, in every row.
    write("RTE/train.tsv", PAIRS.replace("cold", "warm"));
    assertThat(refused("--tasks=rte").line()).contains("glue/rte was made from other inputs");
    assertThat(hashes(examples)).isEqualTo(before);

    String dataHash = info(examples, "rte").getDataHash();
    assertThat(run("--tasks=rte", "--force").done()).isEqualTo(1);
    assertThat(info(examples, "rte").getDataHash()).isNotEqualTo(dataHash);
    assertThat(records(examples, "rte", "train").get(1).first()).isEqualTo("The day was warm");
    assertThat(refused("--tasks=rte", "--maxTokens=32").line())
        .contains("glue/rte was made with --maxTokens=24, not 32");
  }

  @Test
  void run_jsonLines_areTheSameData() throws IOException {
    write("RTE/train.tsv", PAIRS);
    run("--tasks=rte");
    Files.delete(input.resolve("RTE/train.tsv"));
    write(
        "RTE/train.jsonl",
        """
        {"sentence1": "The man was happy", "sentence2": "A happy man", "label": "entailment"}
        {"sentence1": "The day was cold", "sentence2": "A \\"warm day", "label": "not_entailment"}
        """);
    Path other = temp.resolve("other");
    runInto(other, "--tasks=rte");

    List<TextRecord> objects = records(other, "rte", "train");
    List<TextRecord> rows = records(examples, "rte", "train");
    assertThat(objects.stream().map(TextRecord::key))
        .containsExactly("00000000:train.jsonl:1", "00000001:train.jsonl:2")
        .inOrder();
    for (int i = 0; i < 2; i++) {
      assertThat(objects.get(i).ids()).isEqualTo(rows.get(i).ids());
      assertThat(objects.get(i).labels()).isEqualTo(rows.get(i).labels());
    }
  }

  @Test
  void run_badRows_failUnlessTheyAreAllowed() throws IOException {
    write("RTE/train.tsv", PAIRS + "2\tx\t\tentailment\n3\tx\ty\t-\n4\tlast\ty\tentailment\n");

    HydraException thrown = refused("--tasks=rte", "--maxBadRecords=1");
    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(thrown.line())
        .isEqualTo(
            "rte/train.tsv:4: its second sentence ('sentence2') is empty"
                + " (and 1 more bad records); nothing was committed, --maxBadRecords=1 allows no more");
    assertThat(Files.exists(examples)).isFalse();

    assertThat(
            PreprocessPlan.of(asked(examples, "--tasks=rte", "--maxBadRecords=2")).lines().get(0))
        .isEqualTo(
            "NOTE rte: 3 usable train rows, the published tables have 2,490: scores cannot be set beside published ones");

    StageResult result = run("--tasks=rte", "--maxBadRecords=2");
    assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(Files.readAllLines(examples.resolve("glue/rte/bad_records.jsonl")))
        .containsExactly(
            "{\"what\":\"rte/train.tsv:4\",\"reason\":\"its second sentence ('sentence2') is empty\"}",
            "{\"what\":\"rte/train.tsv:5\",\"reason\":\"its label '-' is none of entailment, not_entailment\"}")
        .inOrder();
    assertThat(records(examples, "rte", "train").stream().map(TextRecord::first))
        .containsExactly("The man was happy", "The day was cold", "last")
        .inOrder();
    assertThat(info(examples, "rte").getBadRecords()).isEqualTo(2);
    // Without the allowance the finished folder is refused as well.
    assertThat(refused("--tasks=rte").exitCode()).isEqualTo(HydraException.FAILED);
  }

  @Test
  void run_longSentences_areCutAtTheLimit() throws IOException {
    String long1 = "the day ".repeat(50_000).strip();
    write("RTE/train.tsv", PAIRS + "2\t" + long1 + "\tA day\tentailment\n");

    StageResult result = run("--tasks=rte");

    assertThat(result.exitCode()).isEqualTo(0);
    TextRecord text = records(examples, "rte", "train").get(2);
    assertThat(text.ids()).hasLength(TOKENS);
    DatasetInfo info = ExampleFolder.open(examples.toString(), "glue", "rte");
    assertThat(ExampleFolder.split(info, "train").getCutTexts()).isEqualTo(1);
    long all = info.getSplitList().stream().mapToLong(SplitInfo::getCutTexts).sum();
    assertThat(result.summary().get(0)).contains(", %d cut to 24 tokens".formatted(all));
    assertThat(text.first()).isEqualTo(long1);
  }

  @Test
  void run_filesThatAreMissingOrTwice_areNamedBeforeTheWork() throws IOException {
    Files.delete(input.resolve("RTE/dev.tsv"));
    assertUsage(
        "--input=%s lacks RTE/dev (.tsv or .jsonl); tasks --verbose tells what it must hold"
            .formatted(input));

    Files.createDirectory(input.resolve("RTE/dev.tsv"));
    assertUsage("RTE/dev.tsv: is a folder, expected a table");
    Files.delete(input.resolve("RTE/dev.tsv"));

    write("RTE/dev.tsv", PAIRS);
    write("RTE/dev.jsonl", "{}\n");
    assertUsage("RTE/dev is there as .tsv and as .jsonl; remove one of both");
    Files.delete(input.resolve("RTE/dev.jsonl"));

    write("RTE/dev.tsv", "");
    assertUsage("RTE/dev.tsv: is empty");
    assertThat(Files.exists(examples)).isFalse();
  }

  @Test
  void run_vocabularies_areNeededAndChecked() throws IOException {
    HydraException missing =
        assertThrows(
            HydraException.class,
            () ->
                PreprocessPipeline.run(
                    options("--benchmark=glue", "--input=" + input, "--examples=" + examples)));
    assertThat(missing.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(missing.line()).contains("give --vocabulary=FILE (vocab.json, with merges.txt");

    Files.writeString(input.resolve("merges.txt"), "#version: 0.2\nt h\nq zz\n");
    assertUsage("merges.txt: line 3 is q zz, expected two symbols of the vocabulary");
    Files.delete(input.resolve("merges.txt"));
    assertUsage("vocab.json: is the list of tokens; the list of merges, merges.txt, is missing");
    Files.writeString(input.resolve("vocab.json"), "[]");
    assertUsage("vocab.json: is no vocabulary of RoBERTa: expected vocab.json, a JSON object");
    Files.delete(input.resolve("vocab.json"));
    assertUsage("--vocabulary: ");
  }

  private void assertUsage(String expected) {
    HydraException thrown = refused("--tasks=rte");
    assertThat(thrown.line()).contains(expected);
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
  }

  private HydraException refused(String... more) {
    HydraException thrown = assertThrows(HydraException.class, () -> run(more));
    assertThat(thrown.line()).doesNotContain("\n");
    return thrown;
  }

  private StageResult run(String... more) {
    return runInto(examples, more);
  }

  private StageResult runInto(Path folder, String... more) {
    return PreprocessPipeline.run(asked(folder, more));
  }

  private PreprocessOptions asked(Path folder, String... more) {
    List<String> args = new ArrayList<>();
    args.add("--benchmark=glue");
    args.add("--input=" + input);
    args.add("--vocabulary=" + input.resolve("vocab.json"));
    args.add("--examples=" + folder);
    args.addAll(List.of(more));
    if (args.stream().noneMatch(arg -> arg.startsWith("--maxTokens="))) {
      args.add("--maxTokens=" + TOKENS);
    }
    return options(args.toArray(String[]::new));
  }

  private static PreprocessOptions options(String... args) {
    return PipelineOptionsFactory.fromArgs(args).withValidation().as(PreprocessOptions.class);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(input.resolve(file), text, StandardCharsets.UTF_8);
  }

  private static DatasetInfo info(Path examples, String task) {
    return ExampleFolder.open(examples.toString(), "glue", task);
  }

  /** A split's records, by key. */
  private static List<TextRecord> records(Path examples, String task, String split)
      throws IOException {
    List<TextRecord> all = new ArrayList<>();
    DatasetInfo info = info(examples, task);
    for (StoredShard shard : ExampleFolder.shards(examples.toString(), info, split)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (StoredRecord record; (record = records.next()) != null; ) {
          all.add((TextRecord) record);
        }
      }
    }
    all.sort(Comparator.comparing(TextRecord::key));
    return all;
  }

  private static List<String> texts(List<TextRecord> records) {
    return records.stream()
        .map(text -> text.key() + Arrays.toString(text.ids()) + Arrays.toString(text.labels()))
        .toList();
  }

  private static Map<String, String> hashes(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(
            folder.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return hashes;
  }
}
