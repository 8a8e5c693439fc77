package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.datasets.RegistryFolder;
import io.hydrabeam.pipelines.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FewShotBadInputTest extends FewShotStage {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.zip@a b/2.png 3 | label 3 is not in 0..2, as there are 3 class names",
        "train.zip@a b/2.png -1 | label is not a number: '-1'",
        "train.zip@a b/2.png 1,x | label is not a number: 'x'",
        "train.zip@a b/2.png 1,2 | train.zip@a b/2.png has 2 labels; every image of tiny has one",
        "train.zip@ab/2.png | train.zip@ab/2.png has no label; every image of tiny has one",
        "gone.zip@a b/2.png 1 | there is no zip ",
        "train.zip@../2.png 1 | path must stay within the task's folder: ../2.png",
        "../train.zip@a b/2.png 1 | path must stay within the task's folder: ../train.zip",
        "../2.png 1 | path must stay within the task's folder: ../2.png",
        "/etc/x.png 1 | path must be relative, with forward slashes: /etc/x.png",
      })
  void index_wrongLine_isToldWithFileAndLine(String line, String expected) throws IOException {
    List<String> lines = Files.readAllLines(input.path("train.txt"));
    lines.set(2, line);
    input.file("train.txt", String.join("\n", lines));

    assertUsage("/sets/tiny/train.txt:3: " + expected);
  }

  @Test
  void index_memberThatIsMissing_isToldEvenIfItIsNotInTheSample() throws IOException {
    String index = Files.readString(input.path("train.txt"));
    for (int image = 0; image < RegistryFolder.TRAIN; image++) {
      String name = "a b/%d.png".formatted(image);
      input.file("train.txt", index.replace(name, "a b/gone.png"));

      assertThat(refused().line())
          .startsWith(
              "tiny/train.txt:%d: %08d:train.zip@a b/gone.png: the zip has no such member;"
                  .formatted(image + 1, image));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"labels.txt", "train.txt", "test.txt"})
  void listed_fileThatIsMissing_isNamed(String file) throws IOException {
    Files.delete(input.path(file));

    assertUsage("sets/tiny/" + file + ": no such file; ");
  }

  @Test
  void labelFile_withOtherNumberOfClasses_isRefused() throws IOException {
    input.file("labels.txt", "cat\n\ndog\n");

    assertUsage("labels.txt: names 2 classes; the catalog says 3 for tiny");
  }

  @Test
  void registry_otherNumberOfImages_isRefused() throws IOException {
    input.registry(17, RegistryFolder.TEST, "classification_multiclass");

    assertUsage("train.txt: lists 18 images; ");
  }

  @Test
  void registry_otherType_isRefused() throws IOException {
    input.registry(RegistryFolder.TRAIN, RegistryFolder.TEST, "classification_multilabel");

    assertUsage("data set tiny is of type classification_multilabel; the catalog says");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"name\": \"tiny\",]           | vision_datasets.json:1:18: broken JSON: ",
        "{}                               | vision_datasets.json: expected a JSON array of data sets",
        "[{\"name\": 3}]                  | vision_datasets.json: name must be a text",
        "[{\"name\": \"tiny\"}]           | data set tiny: labelmap must be a text",
        "[{\"name\": \"tiny\", \"root_folder\": \"../x\"}] | root_folder: path must stay within",
        "[{\"name\": \"tiny\", \"format\": \"tsv\"}] | format 'tsv' must be coco or absent",
        "[]                               | names no data set tiny; it has none",
      })
  void registry_wrong_isToldInOneLine(String registry, String expected) throws IOException {
    input.registry(registry);

    assertUsage(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"images\": [}                              | train.json:1:13: broken JSON: Unexpected close marker",
        "[]                                           | train.json:1:1: expected an object with",
        "{\"images\": 3}                              | train.json:1:12: images is not an array",
        "{\"images\": [{\"id\": 1}]}                  | train.json:1:13: file_name must be a text",
        "{\"images\": [], \"annotations\": [{\"image_id\": 1, \"category_id\": 1}]} | train.json:1:32: there is no image 1",
        "{\"images\": [{\"id\": \"a\"}]}              | train.json:1:13: id must be an integer",
      })
  void coco_wrong_isToldWithItsPlace(String json, String expected) throws IOException {
    input.file("train.json", json);
    coco("test", 100, RegistryFolder.TEST);
    input.registry(
        """
        [{"name": "tiny", "format": "coco", "root_folder": "sets/tiny",
          "train": {"index_path": "train.json"}, "test": {"index_path": "test.json"}}]
        """);

    assertUsage(expected);
  }

  @Test
  void zip_thatIsNone_isRefused() throws IOException {
    input.file("train.zip", "no zip");

    assertUsage("train.zip: is no whole zip: ");
  }

  @Test
  void zip_memberLongerThanDeclared_isRejected() throws IOException {
    byte[] zip = Files.readAllBytes(input.path("train.zip"));
    changeDirectory(zip, 24, -5); // the uncompressed length of its first entry
    input.file("train.zip", zip);

    HydraException thrown = refused("--shots=full");

    assertThat(thrown.line())
        .startsWith(
            "tiny/train.txt:1: 00000000:train.zip@a b/0.png: the zip's member unpacks to more");
    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
  }

  @Test
  void zip_memberWithOtherChecksum_isRejected() throws IOException {
    byte[] zip = Files.readAllBytes(input.path("test.zip"));
    changeDirectory(zip, 16, 1); // the checksum of its first entry
    input.file("test.zip", zip);

    assertThat(refused().line()).contains("the zip's member is damaged: its checksum differs");
  }

  @Test
  void zip_memberThatClaimsToBeHuge_isRejectedUnread() throws IOException {
    byte[] zip = Files.readAllBytes(input.path("test.zip"));
    changeDirectory(zip, 27, 0x40); // the highest byte of the uncompressed length
    input.file("test.zip", zip);

    assertThat(refused().line())
        .contains("is longer than the limit of " + ImageDecoder.MAX_FILE_BYTES);
  }

  /** Adds to a byte of the first entry of a zip's directory. */
  private static void changeDirectory(byte[] zip, int at, int by) {
    byte[] signature = {'P', 'K', 1, 2};
    for (int i = 0; i < zip.length - 4; i++) {
      if (Arrays.equals(zip, i, i + 4, signature, 0, 4)) {
        zip[i + at] += (byte) by;
        return;
      }
    }
    throw new AssertionError("no directory");
  }
}
