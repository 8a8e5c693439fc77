package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.Vectors;
import io.hydrabeam.pipelines.datasets.RegistryFolder;
import io.hydrabeam.pipelines.image.ExifOrientation;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Resize;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FewShotPreprocessTest extends FewShotStage {

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
}
