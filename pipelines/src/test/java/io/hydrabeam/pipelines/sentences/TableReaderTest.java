package io.hydrabeam.pipelines.sentences;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Columns;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableReaderTest {

  private static final Columns PAIRS =
      Columns.newBuilder().setFirst("a").setSecond("b").setLabel("label").build();

  private static final Columns SINGLE =
      Columns.newBuilder().setFirst("sentence").setLabel("label").build();

  private static final Columns COLA =
      Columns.newBuilder().setFirst("4").setLabel("2").setWithoutHeader(4).build();

  @Test
  void table_aQuote_isACharacter() throws IOException {
    List<SentenceRow> rows =
        read("t.tsv", PAIRS, "id\ta\tb\tlabel\n0\t\"so he\tsaid \"\"no\"\"\t1\n1\t'\tx\"\t0\n");

    assertThat(rows)
        .containsExactly(
            new SentenceRow(0, "t.tsv:2", 22, "\"so he", "said \"\"no\"\"", "1", ""),
            new SentenceRow(1, "t.tsv:3", 8, "'", "x\"", "0", ""))
        .inOrder();
  }

  @Test
  void table_bomCrlfAndBlankLines_areAccepted() throws IOException {
    List<SentenceRow> rows =
        read("t.tsv", SINGLE, "\uFEFFsentence\tlabel\r\n\r\nIt is.\t1\r\n  \r\nNo.\t0");

    assertThat(sentences(rows)).containsExactly("It is.|1", "No.|0").inOrder();
    assertThat(rows.stream().map(SentenceRow::where)).containsExactly("t.tsv:3", "t.tsv:5");
    assertThat(rows.stream().map(SentenceRow::number)).containsExactly(0, 1).inOrder();
  }

  @Test
  void table_otherLineEnds_areCharacters() throws IOException {
    List<SentenceRow> rows =
        read("t.tsv", SINGLE, "sentence\tlabel\na\u2028b\u0085c\rd\u000be\t1\n");

    assertThat(sentences(rows)).containsExactly("a\u2028b\u0085c\rd\u000be|1");
  }

  @Test
  void table_withoutHeader_namesItsColumnsByNumber() throws IOException {
    List<SentenceRow> rows =
        read("t.tsv", COLA, "\uFEFFgj04\t1\t\tThe sea.\ngj04\t0\t*\tSea the.\ngj04\t0\tThe.\n");

    assertThat(sentences(rows.subList(0, 2))).containsExactly("The sea.|1", "Sea the.|0").inOrder();
    assertThat(rows.get(2).problem()).isEqualTo("has 3 columns, expected 4");
  }

  @Test
  void table_unusableRows_areHandedOnWithTheReason() throws IOException {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    table.writeBytes(
        utf8(
            "a\tb\tlabel\nx\ty\nx\t\"y\tz\"\t1\n\ty\t1\nx\t \t1\nx\ty\u0000\t1\n \t\n"
                + "x\t\u00a0y\t1\n"));
    table.writeBytes(new byte[] {'x', '\t', (byte) 0xe9, '\t', '1', '\n'});
    table.writeBytes(utf8("x\t" + "y".repeat(Lines.LIMIT_BYTES) + "\t1\nlast\ty\t1\n"));

    List<SentenceRow> rows = read("t.tsv", PAIRS, table.toByteArray());

    assertThat(rows.stream().map(SentenceRow::problem))
        .containsExactly(
            "has 2 columns, expected 3",
            "has 4 columns, expected 3 (a quote encloses nothing here: tabs inside it divide columns)",
            "its sentence ('a') is empty",
            "its second sentence ('b') is empty",
            "holds the character U+0000",
            "has 2 columns, expected 3",
            "",
            "is not UTF-8 text",
            "is longer than 4,194,304 bytes",
            "")
        .inOrder();
    assertThat(rows.get(9).where()).isEqualTo("t.tsv:11");
    assertThat(rows.get(9).number()).isEqualTo(9);
    assertThat(rows.get(9).first()).isEqualTo("last");
  }

  @Test
  void tableWithoutLabels_emptySentence_isARowLikeOthers() throws IOException {
    Columns hidden = PAIRS.toBuilder().clearLabel().build();
    List<SentenceRow> rows = read("test.tsv", hidden, "a\tb\nx\t\n\ty\nx\n");
    assertThat(sentences(rows.subList(0, 2))).hasSize(2);
    assertThat(rows.stream().map(SentenceRow::problem))
        .containsExactly("", "", "has 1 columns, expected 2")
        .inOrder();
  }

  @Test
  void table_thatCannotBeRead_isAnErrorOfOneLine() {
    assertThat(refused("t.tsv", PAIRS, "")).isEqualTo("/in/t.tsv: is empty");
    assertThat(refused("t.tsv", PAIRS, "a\tb\tlabel\n\n")).isEqualTo("/in/t.tsv: has no rows");
    assertThat(refused("t.tsv", COLA, "\n")).isEqualTo("/in/t.tsv: has no rows");
    assertThat(refused("t.jsonl", PAIRS, "")).isEqualTo("/in/t.jsonl: has no rows");
    assertThat(refused("t.tsv", PAIRS, "a\tlabel\nx\t1\n"))
        .isEqualTo("/in/t.tsv:1: no column 'b'; the header names a, label");
    assertThat(refused("t.tsv", PAIRS, "a,b,label\nx,y,1\n"))
        .isEqualTo("/in/t.tsv:1: no column 'a'; the header names a,b,label");
    assertThat(refused("t.tsv", PAIRS, "\na\tb\tlabel\n"))
        .isEqualTo("/in/t.tsv:1: no column 'a'; the header names nothing");
    assertThat(refused("t.tsv", PAIRS, "a\tb\tb\tlabel\nx\ty\tz\t1\n"))
        .isEqualTo("/in/t.tsv:1: more than one column 'b'; the header names a, b, b, label");
    assertThat(refused("t.tsv", SINGLE, "z".repeat(1000) + "\n"))
        .isEqualTo("/in/t.tsv:1: no column 'sentence'; the header names " + "z".repeat(200) + "…");
    String wide = "a\tb\tlabel\n";
    assertThat(refused("t.tsv", PAIRS, wide.getBytes(StandardCharsets.UTF_16)))
        .isEqualTo("/in/t.tsv:1: is not UTF-8 text");
  }

  @Test
  void objects_holdTextAndLabelsThatMayBeNumbers() throws IOException {
    List<SentenceRow> rows =
        read(
            "t.jsonl",
            PAIRS,
            "\uFEFF{\"a\": \"x\\t\\u00e9\\n\", \"b\": \"y\", \"label\": 1, \"more\": [1]}\r\n\r\n"
                + "{\"label\": \"0\", \"b\": \"\\ud83d\\ude00\", \"a\": \"z\"}\n"
                + "{\"a\": \"x\", \"b\": \"y\", \"label\": 1.0}\n"
                + "{\"a\": \"x\", \"b\": \"y\", \"label\": 3.25}");

    assertThat(rows)
        .containsExactly(
            new SentenceRow(0, "t.jsonl:1", 58, "x\té\n", "y", "1", ""),
            new SentenceRow(1, "t.jsonl:3", 45, "z", "😀", "0", ""),
            new SentenceRow(2, "t.jsonl:4", 34, "x", "y", "1.0", ""),
            new SentenceRow(3, "t.jsonl:5", 35, "x", "y", "3.25", ""))
        .inOrder();
  }

  @Test
  void objects_thatCannotBeUsed_areHandedOnWithTheReason() throws IOException {
    List<SentenceRow> rows =
        read(
            "t.jsonl",
            PAIRS,
            String.join(
                "\n",
                "{\"a\": \"x\", \"b\": \"y\"}",
                "{\"a\": \"x\", \"b\": null, \"label\": 1}",
                "{\"a\": 5, \"b\": \"y\", \"label\": 1}",
                "{\"a\": \"x\", \"b\": \"y\", \"label\": true}",
                "{\"a\": \"\", \"b\": \"y\", \"label\": 1}",
                "{\"a\": \"x\", \"b\": \"\\ud83d\", \"label\": 1}",
                "{\"a\": \"x\\u0000\", \"b\": \"y\", \"label\": 1}",
                "{\"a\": \"x\", \"a\": \"z\", \"b\": \"y\", \"label\": 1}",
                "{\"a\": \"x\", \"b\": \"y\", \"label\": NaN}",
                "{\"a\": \"x\"",
                "{} {}",
                "[1]",
                "null"));

    assertThat(rows.stream().map(SentenceRow::problem))
        .containsExactly(
            "has no text or number at 'label'",
            "has no text at 'b'",
            "has no text at 'a'",
            "has no text or number at 'label'",
            "its sentence ('a') is empty",
            "holds half a surrogate pair",
            "holds the character U+0000",
            "is not valid JSON at column 15",
            "is not valid JSON at column 34",
            "is not valid JSON at column 10",
            "is not valid JSON at column 4",
            "is no JSON object",
            "is no JSON object")
        .inOrder();
    rows.forEach(row -> assertWithMessage(row.where()).that(row.first()).isEmpty());
  }

  private static List<String> sentences(List<SentenceRow> rows) {
    return rows.stream().map(row -> row.first() + "|" + row.label()).toList();
  }

  private static List<SentenceRow> read(String name, Columns columns, String table)
      throws IOException {
    return read(name, columns, utf8(table));
  }

  private static List<SentenceRow> read(String name, Columns columns, byte[] table)
      throws IOException {
    List<SentenceRow> rows = new ArrayList<>();
    TableReader.read("/in/" + name, new ByteArrayInputStream(table), columns, rows::add);
    return rows;
  }

  private static String refused(String name, Columns columns, String table) {
    return refused(name, columns, utf8(table));
  }

  private static String refused(String name, Columns columns, byte[] table) {
    HydraException thrown = assertThrows(HydraException.class, () -> read(name, columns, table));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    return thrown.line();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
