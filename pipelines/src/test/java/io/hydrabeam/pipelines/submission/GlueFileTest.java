package io.hydrabeam.pipelines.submission;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.protos.Sentences;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlueFileTest {
  private static final Table MATCHED = table("matched", "MNLI-m.tsv");
  private static final Table MISMATCHED = table("mismatched", "MNLI-mm.tsv");
  private static final Task CLASSES =
      Task.newBuilder()
          .setSentences(Sentences.newBuilder().addLabel("entailment").addLabel("not_entailment"))
          .build();
  private static final Task NUMBERS =
      Task.newBuilder()
          .setRegression(true)
          .setSentences(Sentences.newBuilder().setSmallest(0).setLargest(5))
          .build();

  @TempDir Path folder;

  @Test
  void write_classes_areTheLabelsOfTheTablesRows() throws Exception {
    String file =
        file(
            predicted("matched/00000000:m.tsv:2", 1),
            predicted("matched/00000001:m.tsv:3", 0),
            predicted("mismatched/00000000:mm.tsv:2", 0));
    assertThat(written(new GlueFile(CLASSES, MATCHED, file, 2)))
        .isEqualTo("index\tprediction\n0\tnot_entailment\n1\tentailment\n");
    assertThat(written(new GlueFile(CLASSES, MISMATCHED, file, 1)))
        .isEqualTo("index\tprediction\n0\tentailment\n");
  }

  @Test
  void write_numbers_haveThreeDecimalsAndStayInTheRange() throws Exception {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      String file = file(number(0, "3.14159"), number(1, "5.2"), number(2, "-1e-4"));
      assertThat(written(new GlueFile(NUMBERS, table("", "STS-B.tsv"), file, 3)))
          .isEqualTo("index\tprediction\n0\t3.142\n1\t5.000\n2\t0.000\n");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void check_rowRejectedInTheMiddle_isRefused() throws IOException {
    String file =
        file(predicted("matched/00000000:m.tsv:2", 1), predicted("matched/00000002:m.tsv:4", 1));
    assertThat(refused(new GlueFile(CLASSES, MATCHED, file, 3)))
        .isEqualTo(
            "MNLI-m.tsv is not written: table test: row 1 of 3 (from 0) was rejected by preprocess, whose"
                + " bad_records.jsonl of the hidden records tells why, and the server takes"
                + " predictions of all rows");
  }

  @Test
  void check_lastRowRejected_isRefused() throws IOException {
    String file = file(predicted("matched/00000000:m.tsv:2", 1));
    assertThat(refused(new GlueFile(CLASSES, MATCHED, file, 2))).contains("row 1 of 2 (from 0)");
  }

  @Test
  void check_moreRowsThanTheTable_isRefused() throws IOException {
    String file =
        file(predicted("matched/00000000:m.tsv:2", 1), predicted("matched/00000001:m.tsv:3", 1));
    assertThat(refused(new GlueFile(CLASSES, MATCHED, file, 1)))
        .contains("2 rows are predicted, the table has 1");
  }

  @Test
  void check_rowTwice_isRefused() throws IOException {
    String file =
        file(predicted("matched/00000000:m.tsv:2", 1), predicted("matched/00000000:m.tsv:2", 1));
    assertThat(refused(new GlueFile(CLASSES, MATCHED, file, 2)))
        .contains("row 0 is predicted twice or out of order");
  }

  @Test
  void check_keyWithoutNumberOrClassWithoutName_isRefused() throws IOException {
    assertThat(refused(new GlueFile(CLASSES, MATCHED, file(predicted("matched/first", 1)), 1)))
        .contains("the key of row 0 does not tell its number");
    String other = file(predicted("matched/00000000:m.tsv:2", 2));
    assertThat(refused(new GlueFile(CLASSES, MATCHED, other, 1)))
        .contains("the prediction of row 0 is no label");
  }

  @Test
  void check_linesOfRecordsWithLabels_areNoHiddenPredictions() throws IOException {
    String file =
        file("{\"key\":\"matched/00000000:m.tsv:2\",\"labels\":[1],\"probabilities\":[1]}");
    assertThat(
            assertThrows(IOException.class, () -> new GlueFile(CLASSES, MATCHED, file, 1).check()))
        .hasMessageThat()
        .isEqualTo(file + ":1 lacks key, predicted, or probabilities");
  }

  private static Table table(String part, String submission) {
    return Table.newBuilder()
        .setSplit("hidden")
        .setFile("test")
        .setPart(part)
        .setSubmission(submission)
        .build();
  }

  private static String predicted(String key, int predicted) {
    return "{\"key\":\"%s\",\"predicted\":%d,\"probabilities\":[0.25,0.75]}"
        .formatted(key, predicted);
  }

  private static String number(int row, String predicted) {
    return "{\"key\":\"0000000" + row + ":test.tsv:9\",\"predicted\":" + predicted + "}";
  }

  private String file(String... lines) throws IOException {
    return Files.write(folder.resolve("predictions.jsonl"), List.of(lines)).toString();
  }

  private static String written(GlueFile file) throws IOException, SubmissionException {
    file.check();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    file.writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String refused(GlueFile file) {
    return assertThrows(SubmissionException.class, file::check).getMessage();
  }
}
