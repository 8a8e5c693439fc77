package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.Vectors;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BadInputTest {
  @TempDir Path temp;
  private ImageFolder input;
  private Path examples;

  @BeforeEach
  void writeInput() throws IOException {
    input = ImageFolder.write(temp.resolve("input"));
    examples = temp.resolve("examples");
  }

  private HydraException refused(String... more) {
    HydraException thrown =
        assertThrows(
            HydraException.class, () -> PreprocessPipeline.run(input.options(examples, more)));
    assertThat(thrown.line()).doesNotContain("\n");
    return thrown;
  }

  /** {@code expected} follows "…/tiny/". */
  private void assertUsage(String expected) {
    HydraException thrown = refused();
    assertThat(thrown.line()).endsWith("/tiny/" + expected);
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(Files.exists(examples)).isFalse();
  }

  private void line(String split, int number, String line) throws IOException {
    List<String> lines = input.lines(split);
    lines.set(number - 1, line);
    input.list(split, lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "images/a b.png 1 | expected a path without blanks and a label, got 3 fields: images/a b.png 1",
        "images/test/000002.png | expected a path without blanks and a label, got 1 field: images/test/000002.png",
        "images/test/000002.png one | label is not an integer: one",
        "images/test/000002.png 1.0 | label is not an integer: 1.0",
        "images/test/000002.png 99999999999 | label is not an integer: 99999999999",
        "images/test/000002.png 3 | label 3 is not in 0..2; the catalog says 3 classes",
        "images/test/000002.png -1 | label -1 is not in 0..2; the catalog says 3 classes",
        "../test/000002.png 1 | path must stay within the task's folder: ../test/000002.png",
        "images/../../x.png 1 | path must stay within the task's folder: images/../../x.png",
        "images//x.png 1 | path must stay within the task's folder: images//x.png",
        "/images/x.png 1 | path must be relative, with forward slashes: /images/x.png",
        "gs://b/x.png 1 | path must be relative, with forward slashes: gs://b/x.png",
        "images\\x.png 1 | path must be relative, with forward slashes: images\\x.png",
        "images/test/000000.png 1 | images/test/000000.png is listed on line 1 too",
      })
  void list_wrongLine_isToldWithFileAndLine(String line, String expected) throws IOException {
    line("test", 3, line);

    assertUsage("test.txt:3: " + expected);
  }

  @Test
  void list_bomCrlfAndBlankLines_areAccepted() throws IOException {
    String text = "\uFEFF\r\n" + String.join("\r\n\r\n", input.lines("test")) + "\r\n  \r\n";
    input.listBytes("test", text.getBytes(StandardCharsets.UTF_8));

    StageResult result = PreprocessPipeline.run(input.options(examples));

    assertThat(result.exitCode()).isEqualTo(0);
  }

  @Test
  void list_lineAfterBlankLines_isCountedAsInAnEditor() throws IOException {
    String text = "\uFEFF\r\n\r\n" + input.lines("test").get(0) + "\r\nx\r\n";
    input.listBytes("test", text.getBytes(StandardCharsets.UTF_8));

    assertUsage("test.txt:4: expected a path without blanks and a label, got 1 field: x");
  }

  @Test
  void list_missing_isNamed() throws IOException {
    Files.delete(input.task().resolve("val200.txt"));

    assertUsage("val200.txt: no such file; --input must hold a folder tiny with this list");
  }

  @Test
  void list_empty_isRefused() throws IOException {
    input.listBytes("val200", new byte[0]);

    assertUsage("val200.txt: lists no images");
  }

  @Test
  void list_notText_isRefused() throws IOException {
    input.listBytes("val200", new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0});

    assertUsage("val200.txt: is not UTF-8 text");
  }

  @Test
  void list_otherNumberOfImages_isRefused() throws IOException {
    input.list("test", input.lines("test").subList(0, 9));

    assertUsage("test.txt: lists 9 images; the catalog says 10");
  }

  @Test
  void labels_otherNumberOfClasses_isRefused() throws IOException {
    Files.writeString(input.task().resolve("labels.txt"), "a\nb\n");

    assertUsage("labels.txt: names 2 classes; the catalog says 3");
  }

  @Test
  void image_missing_failsBeforeWork() throws IOException {
    Files.delete(input.task().resolve("images/test/000002.png"));

    HydraException thrown = refused();

    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(thrown.line())
        .isEqualTo(
            "tiny/test.txt:3: images/test/000002.png: no such file; nothing was committed,"
                + " --maxBadRecords=0 allows none");
    assertThat(Files.exists(examples)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "empty | empty file",
        "text | neither JPEG nor PNG: it begins with text",
        "cut | truncated or damaged JPEG",
        "huge | 65500x65500 pixels are more than the limit",
      })
  void image_bad_commitsNothing(String kind, String reason) throws IOException {
    input.put("images/test/000002.png", bad(kind));

    HydraException thrown = refused();

    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(thrown.line()).startsWith("tiny/test.txt:3: images/test/000002.png: " + reason);
    assertThat(thrown.line()).endsWith("; nothing was committed, --maxBadRecords=0 allows none");
    assertThat(Files.exists(examples.resolve("own/tiny/DONE.json"))).isFalse();
    assertThat(Files.readString(examples.resolve("own/tiny/bad_records.jsonl")))
        .contains("\"what\":\"tiny/test.txt:3: images/test/000002.png\"");
    assertThrows(
        HydraException.class, () -> ExampleFolder.open(examples.toString(), "own", "tiny"));
  }

  @Test
  void image_badWithinLimit_isLeftOutAndListed() throws IOException {
    input.put("images/test/000002.png", bad("empty"));
    Files.delete(input.task().resolve("images/test/000005.png"));

    StageResult result = PreprocessPipeline.run(input.options(examples, "--maxBadRecords=2"));

    assertThat(result.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(result.failures())
        .containsExactly(
            failure("tiny/test.txt:3: images/test/000002.png", "empty file"),
            failure("tiny/test.txt:6: images/test/000005.png", "no such file"));
    DatasetInfo info = ExampleFolder.open(examples.toString(), "own", "tiny");
    assertThat(ExampleFolder.split(info, "test").getImages()).isEqualTo(8);
    assertThat(info.getBadRecords()).isEqualTo(2);
    assertThat(result.summary().get(0)).contains("2 bad records (bad_records.jsonl)");

    StageResult again = PreprocessPipeline.run(input.options(examples, "--maxBadRecords=2"));
    assertThat(again.skipped()).isEqualTo(1);
    assertThat(again.exitCode()).isEqualTo(HydraException.PARTIAL);
    assertThat(refused().line()).contains("lacks 2 bad records");
  }

  @Test
  void image_jpegNamedPng_isDecodedByContents() throws IOException {
    input.put("images/test/000002.png", Vectors.read("pillow/in/jpg_baseline_420.jpg"));

    assertThat(PreprocessPipeline.run(input.options(examples)).exitCode()).isEqualTo(0);
  }

  @Test
  void examples_isAFile_failsInOneLine() throws IOException {
    Files.writeString(examples, "a file");

    HydraException thrown = refused();

    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(thrown.line())
        .isEqualTo(
            "cannot write to %s: a file stands where a folder is needed".formatted(examples));
  }

  @Test
  void examples_taskFolderIsAFile_failsInOneLine() throws IOException {
    Files.createDirectories(examples.resolve("own"));
    Files.writeString(examples.resolve("own/tiny"), "a file");

    HydraException thrown = refused();

    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(thrown.line()).contains("own/tiny");
  }

  @Test
  void examples_refusedWithinTheWorker_reachesTheLauncher() throws IOException {
    Files.createDirectories(examples.resolve("own/tiny/features.json/full"));

    HydraException thrown = refused();

    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(thrown.line()).startsWith("cannot finish " + examples.resolve("own/tiny"));
    assertThat(Files.exists(examples.resolve("own/tiny/DONE.json"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--imageSize=0 | --imageSize=0 must be in 1..2048 pixels",
        "--imageSize=9999 | --imageSize=9999 must be in 1..2048 pixels",
        "--shardBytes=10 | --shardBytes=10 must be at least 1024",
        "--maxBadRecords=-1 | --maxBadRecords=-1 must not be negative",
        "--tasks=tinny | unknown task 'tinny'",
      })
  void option_outOfRange_isRefused(String option, String expected) {
    HydraException thrown = refused(option);

    assertThat(thrown.line()).startsWith(expected);
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void input_missing_isAskedFor() {
    PreprocessOptions options = input.options(examples);
    options.setInput(null);

    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPipeline.run(options));

    assertThat(thrown.line())
        .isEqualTo(
            "--input is missing: the folder with own's images; the command tasks --verbose tells what it must hold");
  }

  @Test
  void input_forDrawnTasks_isRefused() {
    PreprocessOptions options = input.options(examples);
    options.setCatalog(null);
    options.setBenchmark("sample");

    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPipeline.run(options));

    assertThat(thrown.line()).startsWith("the pictures of sample are drawn, so --input has no use");
  }

  private static byte[] bad(String kind) throws IOException {
    byte[] jpeg = Vectors.read("pillow/in/jpg_baseline_420.jpg");
    return switch (kind) {
      case "empty" -> new byte[0];
      case "text" -> "this is text".getBytes(StandardCharsets.UTF_8);
      case "cut" -> Arrays.copyOf(jpeg, jpeg.length / 2);
      default -> {
        byte[] png = Vectors.read("pillow/in/png_rgb.png");
        png[18] = png[22] = (byte) (65_500 >> 8);
        png[19] = png[23] = (byte) 65_500;
        yield png;
      }
    };
  }

  private static Failure failure(String what, String reason) {
    return Failure.newBuilder().setWhat(what).setReason(reason).build();
  }
}
