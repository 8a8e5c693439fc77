package io.hydrabeam.pipelines.catalog;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Table;
import org.junit.jupiter.api.Test;

class HiddenTableRulesTest {
  private static final String LABELLED =
      """
      table { split: "train" file: "train" columns { first: "s" label: "l" } }
      table { split: "test" file: "dev" columns { first: "s" label: "l" } }
      """;

  @Test
  void load_glue_namesTheServersNineFiles() {
    assertThat(
            Catalogs.load(Catalogs.GLUE).getTaskList().stream()
                .flatMap(task -> task.getSentences().getTableList().stream())
                .filter(table -> table.getSplit().equals(Splits.HIDDEN))
                .map(Table::getSubmission))
        .containsExactly(
            "MNLI-m.tsv",
            "MNLI-mm.tsv",
            "SST-2.tsv",
            "MRPC.tsv",
            "CoLA.tsv",
            "QNLI.tsv",
            "QQP.tsv",
            "RTE.tsv",
            "STS-B.tsv");
  }

  @Test
  void parse_hiddenTable_isTaken() {
    parse("table { split: 'hidden' file: 'test' columns { first: 's' } submission: 'A.tsv' }");
    parse("");
  }

  @Test
  void parse_hiddenTableWithLabel_isRefused() {
    assertRefused(
        "table { split: 'hidden' file: 'test' columns { first: 's' label: 'l' } submission: 'A.tsv' }",
        "hidden table 'test' needs columns { first: … } and no label");
  }

  @Test
  void parse_otherTableWithoutLabel_isRefused() {
    assertRefused(
        "table { split: 'test' file: 'more' columns { first: 's' } }",
        "table 'more' needs columns { first: … label: … }");
  }

  @Test
  void parse_splitOfNoName_isRefused() {
    assertRefused(
        "table { split: 'dev' file: 'more' columns { first: 's' label: 'l' } }",
        "table 'more' is of split 'dev', which is none of train, test, hidden");
  }

  @Test
  void parse_submissionMissingOrAPath_isRefused() {
    assertRefused(
        "table { split: 'hidden' file: 'test' columns { first: 's' } }",
        "hidden table 'test' needs submission");
    assertRefused(
        "table { split: 'hidden' file: 'test' columns { first: 's' } submission: '../A.tsv' }",
        "hidden table 'test' needs submission");
  }

  @Test
  void parse_submissionOfALabelledTable_isRefused() {
    assertRefused(
        "table { split: 'test' file: 'd' columns { first: 's' label: 'l' } submission: 'x' }",
        "submission belongs to hidden tables, and table 'd' is of split 'test'");
  }

  @Test
  void parse_hiddenTablesOfOnePartOrOneFile_areRefused() {
    String first =
        "table { split: 'hidden' file: 'a' columns { first: 's' } submission: 'A.tsv' }\n";
    assertRefused(
        first + "table { split: 'hidden' file: 'b' columns { first: 's' } submission: 'B.tsv' }",
        "each hidden table needs a part of its own");
    assertRefused(
        first
            + "table { split: 'hidden' part: 'p' file: 'b' columns { first: 's' } submission: 'A.tsv' }",
        "submission 'A.tsv' is the file of 2 tables");
  }

  private static void assertRefused(String table, String message) {
    HydraException thrown = assertThrows(HydraException.class, () -> parse(table));
    assertThat(thrown.line()).contains(message);
  }

  private static void parse(String table) {
    var unused =
        new CatalogParser("own")
            .parse(
                """
                benchmark: "own"
                layout: SENTENCE_TABLES
                task {
                  name: "t"
                  classes: 2
                  sentences { folder: "T" label: "0" label: "1"
                %s
                %s
                  }
                }
                """
                    .formatted(LABELLED, table));
  }
}
