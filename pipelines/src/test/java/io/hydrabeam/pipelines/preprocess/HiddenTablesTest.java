package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.testing.glue.SyntheticGlue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables without labels: optional, stored beside the others, and no part of their hash. */
class HiddenTablesTest {
  private static final int ROWS = 5;

  @TempDir Path root;

  @BeforeEach
  void write() throws IOException {
    SyntheticGlue.write(root, 8, 4, 0);
  }

  @Test
  void run_withoutHiddenTables_makesNoFolderOfThem() {
    assertThat(PreprocessPipeline.run(options("rte")).done()).isEqualTo(1);
    assertThat(find("rte", ExampleFolder.HIDDEN)).isNull();
    assertThat(info("rte").getSplitList().stream().map(SplitInfo::getName))
        .containsExactly("train", "test");
  }

  @Test
  void run_hiddenTables_becomeRecordsWithoutLabels() throws IOException {
    SyntheticGlue.writeHidden(root, ROWS, 1);
    StageResult result = PreprocessPipeline.run(options("mnli"));
    assertThat(result.done()).isEqualTo(2);
    assertThat(result.summary().get(1)).startsWith("mnli (hidden): 10 texts");
    DatasetInfo hidden = hidden("mnli");
    assertThat(hidden.getSplitCount()).isEqualTo(1);
    SplitInfo split = hidden.getSplit(0);
    assertThat(split.getName()).isEqualTo("hidden");
    assertThat(split.getImages()).isEqualTo(2 * ROWS);
    assertThat(split.getClassCountList()).containsExactly(0L, 0L, 0L);
    assertThat(split.getTableRowsMap())
        .containsExactly("matched", (long) ROWS, "mismatched", (long) ROWS);
    assertThat(split.getContentHash()).hasLength(64);
    assertThat(hidden.getDuplicateList()).isEmpty();
    assertThat(info("mnli").getSplit(1).getTableRowsMap()).isEmpty();
    List<StoredRecord> records = records(hidden);
    assertThat(records.stream().map(StoredRecord::key))
        .contains("matched/00000002:test_matched.tsv:4");
    for (StoredRecord record : records) {
      assertThat(record.labels()).isEmpty();
    }
  }

  @Test
  void run_hiddenTablesAppearLater_completesTheTaskAndLeavesTheRest() throws IOException {
    PreprocessPipeline.run(options("mnli"));
    Path marker = root.resolve("examples/glue/mnli/DONE.json");
    String before = Files.readString(marker);
    SyntheticGlue.writeHidden(root, ROWS, 1);
    Path second = root.resolve("MNLI/test_mismatched.tsv");
    Path aside = root.resolve("aside.tsv");
    Files.move(second, aside);

    StageResult result = PreprocessPipeline.run(options("mnli"));
    assertThat(result.done()).isEqualTo(1);
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(hidden("mnli").getSplit(0).getTableRowsMap())
        .containsExactly("matched", (long) ROWS);

    // The other table is taken in too, and then all is done.
    Files.move(aside, second);
    assertThat(PreprocessPipeline.run(options("mnli")).done()).isEqualTo(1);
    assertThat(hidden("mnli").getSplit(0).getImages()).isEqualTo(2 * ROWS);
    assertThat(PreprocessPipeline.run(options("mnli")).done()).isEqualTo(0);
    assertThat(Files.readString(marker)).isEqualTo(before);
  }

  @Test
  void run_withHiddenTablesOrWithout_makesTheSameDataHash() throws IOException {
    PreprocessPipeline.run(options("rte"));
    DatasetInfo without = info("rte");
    SyntheticGlue.writeHidden(root, ROWS, 1);
    PreprocessOptions other = options("rte");
    other.setExamples(root.resolve("other").toString());
    PreprocessPipeline.run(other);
    DatasetInfo with = ExampleFolder.open(other.getExamples(), "glue", "rte", "");
    assertThat(with).isEqualTo(without);
  }

  @Test
  void run_badHiddenRow_isABadRecordAndCountedAsARow() throws IOException {
    SyntheticGlue.writeHidden(root, ROWS, 1);
    Path table = root.resolve("RTE/test.tsv");
    Files.writeString(table, Files.readString(table) + "5\tone column too few\n");
    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPipeline.run(options("rte")));
    assertThat(thrown.line()).contains("rte/test.tsv:7");
    assertThat(thrown.line()).contains("has 2 columns, expected 3");

    PreprocessOptions lenient = options("rte");
    lenient.setMaxBadRecords(1);
    assertThat(PreprocessPipeline.run(lenient).exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(info("rte").getBadRecords()).isEqualTo(0);
    assertThat(hidden("rte").getBadRecords()).isEqualTo(1);
    assertThat(hidden("rte").getSplit(0).getImages()).isEqualTo(ROWS);
    assertThat(hidden("rte").getSplit(0).getTableRowsMap()).containsExactly("", ROWS + 1L);
  }

  @Test
  void plan_otherNumberOfHiddenRows_isTold() throws IOException {
    SyntheticGlue.writeHidden(root, ROWS, 1);
    assertThat(String.join("\n", PreprocessPlan.of(options("cola")).lines()))
        .contains(
            "NOTE cola: 5 usable hidden rows, the published tables have 1,063: the server refuses"
                + " predictions of other rows");
  }

  private PreprocessOptions options(String task) {
    return PipelineOptionsFactory.fromArgs(
            "--benchmark=glue",
            "--tasks=" + task,
            "--input=" + root,
            "--vocabulary=" + root.resolve("vocab.json"),
            "--maxTokens=32",
            "--examples=" + root.resolve("examples"))
        .as(PreprocessOptions.class);
  }

  private DatasetInfo info(String task) {
    return ExampleFolder.open(root.resolve("examples").toString(), "glue", task, "");
  }

  private DatasetInfo hidden(String task) {
    return ExampleFolder.open(
        root.resolve("examples").toString(), "glue", task, ExampleFolder.HIDDEN);
  }

  private DatasetInfo find(String task, String variant) {
    return ExampleFolder.find(root.resolve("examples").toString(), "glue", task, variant)
        .orElse(null);
  }

  private List<StoredRecord> records(DatasetInfo info) throws IOException {
    List<StoredRecord> all = new ArrayList<>();
    for (StoredShard shard :
        ExampleFolder.shards(root.resolve("examples").toString(), info, Splits.HIDDEN)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (StoredRecord record; (record = records.next()) != null; ) {
          all.add(record);
        }
      }
    }
    return all;
  }
}
