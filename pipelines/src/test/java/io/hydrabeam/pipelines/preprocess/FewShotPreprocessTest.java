package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.Vectors;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.datasets.RegistryFolder;
import io.hydrabeam.pipelines.image.ExifOrientation;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.ImageRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Resize;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FewShotPreprocessTest {
  @TempDir private Path temp;
  private Path examples;
  private RegistryFolder input;

  @BeforeEach
  void writeInput() throws IOException {
    input = RegistryFolder.write(temp.resolve("input"));
    examples = temp.resolve("examples");
  }

  private void run(String... more) {
    assertThat(PreprocessPipeline.run(input.options(examples, more)).exitCode()).isEqualTo(0);
  }

  private HydraException refused(String... more) {
    HydraException thrown =
        assertThrows(
            HydraException.class, () -> PreprocessPipeline.run(input.options(examples, more)));
    assertThat(thrown.line()).doesNotContain("\n");
    return thrown;
  }

  private void assertUsage(String expected) {
    HydraException thrown = refused();
    assertThat(thrown.line()).contains(expected);
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(Files.exists(examples)).isFalse();
  }

  private DatasetInfo info(String variant) {
    return ExampleFolder.open(examples.toString(), "own", RegistryFolder.TASK, variant);
  }

  private List<ImageRecord> records(DatasetInfo info, String split) throws IOException {
    List<ImageRecord> all = new ArrayList<>();
    for (StoredShard shard : ExampleFolder.shards(examples.toString(), info, split)) {
      try (ImageRecords records = ImageRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = records.next()) != null; ) {
          all.add(record);
        }
      }
    }
    return all;
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(examples)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(examples.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }

  @Test
  void fiveShots_sampleAndTestImages_areStoredApart() throws IOException {
    run();

    DatasetInfo test = info("");
    assertThat(test.getSplitList().stream().map(SplitInfo::getName)).containsExactly("test");
    assertThat(test.getClassNameList()).containsExactly("cat", "dog", "bird").inOrder();
    for (ImageRecord record : records(test, "test")) {
      int place = Integer.parseInt(record.key().substring(0, 8));
      assertThat(record.key()).isEqualTo("%08d:test.zip@a b/%d.png".formatted(place, 100 + place));
      assertThat(record.label()).isEqualTo(place % 3);
      assertThat(record.rgb())
          .isEqualTo(
              PillowResize.toSquare(RegistryFolder.image(100 + place), Resize.CENTER_CROP, 16)
                  .rgb());
    }
    DatasetInfo sample = info("5shot_seed0");
    assertThat(sample.getShots()).isEqualTo(5);
    assertThat(ExampleFolder.split(sample, "train").getClassCountList())
        .containsExactly(4L, 4L, 4L);
    assertThat(ExampleFolder.split(sample, "val").getClassCountList()).containsExactly(1L, 1L, 1L);
    assertThat(records(sample, "train+val")).hasSize(15);
  }

  @Test
  void chosen_list_isInTheSamplesOrder() throws IOException {
    run("--seeds=2");

    List<String> lines =
        Files.readAllLines(examples.resolve("own/tiny/5shot_seed2").resolve(ChosenImages.FILE));
    assertThat(lines).hasSize(15);
    // Python 3: random.Random(2).shuffle(list(range(18))) begins with 14.
    assertThat(lines.get(0))
        .isEqualTo(
            "{\"position\":0,\"key\":\"00000014:train.zip@a b/14.png\",\"labels\":[2],\"split\":\"val\"}");
  }

  @Test
  void secondLaunch_findsAllFoldersFinished() throws IOException {
    run("--shots=2,full", "--seeds=0,1");
    Map<String, byte[]> before = files();

    var result = PreprocessPipeline.run(input.options(examples, "--shots=2,full", "--seeds=0,1"));

    assertThat(result.done()).isEqualTo(0);
    assertThat(result.skipped()).isEqualTo(4);
    Map<String, byte[]> after = files();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach((name, bytes) -> assertThat(bytes).isEqualTo(before.get(name)));
  }

  @Test
  void force_onSomeVariants_leavesTheOthers() throws IOException {
    run("--seeds=0,1");
    Map<String, byte[]> before = files();

    run("--seeds=1", "--force");

    Map<String, byte[]> after = files();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach((name, bytes) -> assertThat(bytes).isEqualTo(before.get(name)));
  }

  @Test
  void full_poolInFileOrder_holdsAFifthOut() {
    run("--shots=full");

    DatasetInfo full = info("full");
    assertThat(full.getShots()).isEqualTo(ExampleFolder.ALL_SHOTS);
    assertThat(ExampleFolder.split(full, "train").getClassCountList()).containsExactly(4L, 4L, 4L);
    assertThat(ExampleFolder.split(full, "val").getClassCountList()).containsExactly(2L, 2L, 2L);
  }

  @Test
  void coco_sameImages_giveTheSameData() throws IOException {
    run();
    String test = info("").getDataHash();
    String sample = info("5shot_seed0").getDataHash();
    coco("train", 0, RegistryFolder.TRAIN);
    coco("test", 100, RegistryFolder.TEST);
    input.registry(
        """
        [{"name": "tiny", "format": "coco", "root_folder": "sets/tiny/",
          "train": {"index_path": "train.json"}, "test": {"index_path": "test.json"}}]
        """);

    run("--force");

    assertThat(info("").getDataHash()).isEqualTo(test);
    assertThat(info("5shot_seed0").getDataHash()).isEqualTo(sample);
    assertThat(info("").getClassNameList()).containsExactly("cat", "dog", "bird").inOrder();
  }

  private void coco(String usage, int from, int count) throws IOException {
    List<String> images = new ArrayList<>();
    List<String> annotations = new ArrayList<>();
    for (int i = count - 1; i >= 0; i--) {
      images.add(
          "{\"id\": %d, \"file_name\": \"a b/%d.png\", \"zip_file\": \"%s.zip\"}"
              .formatted(50 + i, from + i, usage));
      annotations.add(
          "{\"image_id\": %d, \"category_id\": %d}".formatted(50 + i, 10 * (i % 3 + 1)));
    }
    input.file(
        usage + ".json",
        """
        {"info": {"x": [1, {}]}, "annotations": %s, "images": %s,
        "categories": [{"id": 30, "name": "bird"}, {"id": 10, "name": "cat"}, {"id": 20, "name": "dog"}]}
        """
            .formatted(annotations, images));
  }

  @Test
  void plainFiles_areReadToo() throws IOException {
    for (Map.Entry<String, byte[]> image :
        RegistryFolder.images(100, RegistryFolder.TEST).entrySet()) {
      input.file("test/" + image.getKey(), image.getValue());
    }
    String index = Files.readString(input.path("test.txt"));
    input.file("test.txt", index.replace("test.zip@", "test/"));

    run();

    assertThat(records(info(""), "test")).hasSize(RegistryFolder.TEST);
  }

  @Test
  void duplicates_betweenSampleAndTest_areFoundEvenIfTheTestImagesWereStoredBefore()
      throws IOException {
    Map<String, byte[]> images = RegistryFolder.images(100, RegistryFolder.TEST);
    images.put("a b/103.png", PngEncoder.encode(RegistryFolder.image(14), 1));
    input.zip("test.zip", false, images);

    run("--shots=full");
    run("--shots=5", "--seeds=2");

    assertThat(info("full").getDuplicateList()).containsExactly("train+test: 1");
    // Image 14 is the first of its class in this sample, so it is held out.
    assertThat(info("5shot_seed2").getDuplicateList()).containsExactly("val+test: 1");
  }

  @Test
  void exifOrientation_isApplied() throws Exception {
    byte[] turned = Vectors.read("pillow/in/jpg_exif6.jpg");
    Map<String, byte[]> images = RegistryFolder.images(100, RegistryFolder.TEST);
    images.put("a b/100.png", turned); // The contents tell the format, not the name.
    input.zip("test.zip", true, images);

    run();

    RgbImage upright = ExifOrientation.TURNED_RIGHT.apply(ImageDecoder.decode(turned));
    assertThat(records(info(""), "test").get(0).rgb())
        .isEqualTo(PillowResize.toSquare(upright, Resize.CENTER_CROP, 16).rgb());
  }

  @Test
  void imageFolders_classesInOrderOfTheirNames() throws IOException {
    Path folders = temp.resolve("folders");
    int number = 0;
    for (String file :
        List.of(
            "train/b/x/1.png",
            "train/b/2.png",
            "train/a c/3.PNG",
            "train/a c/4.png",
            "train/z/5.png",
            "test/z/6.png",
            "test/a c/7.png")) {
      Path path = folders.resolve("tiny").resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, PngEncoder.encode(RegistryFolder.image(number++), 1));
    }
    Files.writeString(folders.resolve("tiny/train/b/notes.txt"), "not an image");
    Path catalog = temp.resolve("folders.textproto");
    Files.writeString(
        catalog,
        "benchmark: \"own\" layout: IMAGE_FOLDER task { name: \"tiny\" classes: 3 version: 1 }");

    assertThat(
            PreprocessPipeline.run(
                    input.options(
                        examples, "--catalog=" + catalog, "--input=" + folders, "--shots=full"))
                .exitCode())
        .isEqualTo(0);

    assertThat(info("full").getClassNameList()).containsExactly("a c", "b", "z").inOrder();
    List<String> stored = new ArrayList<>();
    for (ImageRecord record : records(info("full"), "train+val")) {
      stored.add(record.key() + " " + record.label());
    }
    assertThat(stored)
        .containsExactly(
            "train/a c/3.PNG 0",
            "train/a c/4.png 0",
            "train/b/2.png 1",
            "train/b/x/1.png 1",
            "train/z/5.png 2");
    assertThat(records(info(""), "test").stream().map(ImageRecord::key))
        .containsExactly("test/a c/7.png", "test/z/6.png");
  }

  @Test
  void multilabel_imagesWithSeveralLabelsAndNone_areStored() throws IOException {
    input.registry(RegistryFolder.TRAIN, RegistryFolder.TEST, "classification_multilabel");
    input.catalog("multilabel: true");
    List<String> lines = Files.readAllLines(input.path("test.txt"));
    lines.set(0, lines.get(0).substring(0, lines.get(0).lastIndexOf(' ')).replace(" ", ""));
    lines.set(1, lines.get(1).replaceAll(" \\d$", " 2,0,2"));
    Map<String, byte[]> images = RegistryFolder.images(100, RegistryFolder.TEST);
    images.put("ab/100.png", images.get("a b/100.png"));
    input.zip("test.zip", false, images);
    input.file("test.txt", String.join("\n", lines));

    run();

    List<ImageRecord> records = records(info(""), "test");
    assertThat(records.get(0).labels()).isEmpty();
    assertThat(records.get(1).labels()).asList().containsExactly(0, 2).inOrder();
    assertThat(ExampleFolder.split(info(""), "test").getClassCountList())
        .containsExactly(3L, 1L, 3L)
        .inOrder();
  }

  @Test
  void classShortOfImages_allAreTakenAndTold() throws IOException {
    PreprocessPlan plan = PreprocessPlan.of(input.options(examples, "--shots=7"));

    assertThat(plan.lines())
        .containsExactly(
            "NOTE tiny: 3 classes have fewer than 7 training images, all of which are taken:"
                + " class 0 has 6, class 1 has 6, class 2 has 6");
  }

  @Test
  void otherSizesAndCautions_areTold() throws IOException {
    input.catalog("published_size { key: \"test\" value: 9 } caution: \"beware of birds\"");

    PreprocessPlan plan = PreprocessPlan.of(input.options(examples));

    assertThat(plan.lines())
        .containsExactly(
            "CAUTION tiny: beware of birds; classes: cat, dog, bird",
            "NOTE tiny: 7 test images, the published data set has 9: scores cannot be set beside"
                + " published ones")
        .inOrder();
  }

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
