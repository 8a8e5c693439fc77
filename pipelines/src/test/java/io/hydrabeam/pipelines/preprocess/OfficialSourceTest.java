package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.JpegEncoder;
import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.originals.OfficialOrder;
import io.hydrabeam.pipelines.originals.SyntheticArchives;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.hydrabeam.protos.DatasetInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.Int64List;

final class OfficialSourceTest {
  private static final List<Integer> TRAIN_ORDER =
      OfficialOrder.ofPositions("train", 12).positions();

  @TempDir Path temp;
  private Path input;
  private SyntheticArchives cifar;

  @BeforeEach
  void writeArchives() throws Exception {
    input = temp.resolve("input");
    cifar = SyntheticArchives.write(input, "cifar100");
    catalog(5, "cifar100", 12);
  }

  private void catalog(int classes, String dataset, int examples) throws IOException {
    Files.writeString(
        temp.resolve("own.textproto"),
        """
        benchmark: "own"
        task {
          name: "tiny" classes: %d version: 1
          split_size { key: "train800" value: 6 }
          split_size { key: "val200" value: 3 }
          split_size { key: "train800val200" value: 9 }
          split_size { key: "test" value: 12 }
          original {
            dataset: "%s" version: "3.*"
            slice { key: "train800" value { split: "train" to: 6 } }
            slice { key: "val200" value { split: "train" from: 8 to: 11 } }
            slice { key: "test" value { split: "test" } }
            examples { key: "train" value: %d }
            archive { name: "cifar-100-binary.tar.gz" bytes: 168513733 }
          }
        }
        """
            .formatted(classes, dataset, examples));
  }

  private PreprocessOptions options(String examples, String... more) {
    List<String> args = new ArrayList<>();
    args.add("--catalog=" + temp.resolve("own.textproto"));
    args.add("--input=" + input);
    args.add("--examples=" + temp.resolve(examples));
    args.add("--imageSize=32");
    args.addAll(List.of(more));
    return PipelineOptionsFactory.fromArgs(args.toArray(String[]::new))
        .withValidation()
        .as(PreprocessOptions.class);
  }

  /** Keys of a split's stored images with what is stored of each. */
  private Map<String, ImageRecord> stored(String examples, String split) throws IOException {
    String root = temp.resolve(examples).toString();
    DatasetInfo info = ExampleFolder.open(root, "own", "tiny");
    Map<String, ImageRecord> images = new TreeMap<>();
    for (StoredShard shard : ExampleFolder.shards(root, info, split)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = (ImageRecord) records.next()) != null; ) {
          assertThat(images.put(record.key(), record)).isNull();
        }
      }
    }
    return images;
  }

  private String dataHash(String examples) {
    return ExampleFolder.open(temp.resolve(examples).toString(), "own", "tiny").getDataHash();
  }

  @Test
  void run_archives_storesOfficialImagesAndTheirList() throws Exception {
    PreprocessPlan plan = PreprocessPlan.of(options("out"));
    assertThat(String.join("\n", plan.lines())).contains("the published file has 168,513,733");
    assertThat(PreprocessPipeline.run(options("out")).exitCode()).isEqualTo(0);

    List<String> expected = new ArrayList<>();
    TRAIN_ORDER.subList(0, 6).forEach(position -> expected.add("train/" + position));
    assertThat(ExampleFolder.open(temp.resolve("out").toString(), "own", "tiny").getClassNameList())
        .containsExactly("apple", "bear", "can", "dolphin", "elm")
        .inOrder();
    assertThat(stored("out", "train800").keySet()).containsExactlyElementsIn(expected);
    Map<String, ImageRecord> test = stored("out", "test");
    assertThat(test).hasSize(12);
    cifar
        .expected()
        .getOrDefault("test", Map.of())
        .forEach(
            (key, image) -> {
              ImageRecord record = test.get("test/" + key);
              assertThat(record).isNotNull();
              assertThat(record.label()).isEqualTo(image.label());
              assertThat(record.rgb()).isEqualTo(image.image().rgb());
            });
    TRAIN_ORDER.subList(8, 11).forEach(position -> expected.add("train/" + position));
    List<String> listed =
        Files.readAllLines(temp.resolve("out/own/tiny/sample_list.tsv")).stream()
            .map(line -> line.split("\t", -1))
            .filter(fields -> fields[1].equals("train800val200"))
            .map(fields -> fields[2])
            .toList();
    assertThat(listed).containsExactlyElementsIn(expected).inOrder();
  }

  @Test
  void run_again_findsFolderFinishedUntilArchiveChanges() throws Exception {
    var unused = PreprocessPipeline.run(options("out"));
    assertThat(PreprocessPlan.of(options("out")).unfinished()).isEmpty();

    Path tar = input.resolve("cifar-100-binary.tar.gz");
    Files.setLastModifiedTime(tar, FileTime.fromMillis(1_000_000));
    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPlan.of(options("out")));
    assertThat(thrown).hasMessageThat().contains("was made from other inputs");
  }

  @Test
  void plan_sampleList_acceptsOwnAndNamesDifference() throws Exception {
    var unused = PreprocessPipeline.run(options("out"));
    Path list = temp.resolve("out/own/tiny/sample_list.tsv");
    assertThat(PreprocessPlan.of(options("other", "--sampleList=" + list)).lines().toString())
        .contains("has the same 6 images in the same order");

    String first = "train/" + TRAIN_ORDER.get(0);
    Path changed = temp.resolve("changed.tsv");
    Files.writeString(changed, Files.readString(list).replace("\t" + first + "\t", "\tno/1\t"));
    HydraException thrown =
        assertThrows(
            HydraException.class,
            () -> PreprocessPlan.of(options("other", "--sampleList=" + changed)));
    assertThat(thrown).hasMessageThat().contains("names no/1 with label");
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void run_jpeg75_storesWhatPreparedFoldersHaveUnderAnotherDataHash() throws Exception {
    var unused = PreprocessPipeline.run(options("out"));
    var jpeg = PreprocessPipeline.run(options("jpeg", "--pixels=jpeg75"));

    assertThat(jpeg.exitCode()).isEqualTo(0);
    assertThat(dataHash("jpeg")).isNotEqualTo(dataHash("out"));
    RgbImage image = cifar.expected().getOrDefault("test", Map.of()).get("4").image();
    assertThat(stored("jpeg", "test").get("test/4").rgb())
        .isEqualTo(JpegEncoder.roundTrip(image, 75).rgb());
    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPlan.of(options("jpeg")));
    assertThat(thrown).hasMessageThat().contains("--pixels=jpeg75, not original");
  }

  @Test
  void plan_labelBeyondClasses_isNamed() throws Exception {
    catalog(4, "cifar100", 12);

    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPlan.of(options("out")));

    assertThat(thrown).hasMessageThat().contains("/4 of cifar100 has label 4, of 4 classes");
  }

  @Test
  void plan_otherNumberOfExamples_isNamed() throws Exception {
    catalog(5, "cifar100", 50_000);

    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPlan.of(options("out")));

    assertThat(thrown)
        .hasMessageThat()
        .contains("split train of cifar100 has 12 examples; 50,000 are published");
  }

  @Test
  void plan_archiveOfAnotherTask_isNamed() throws Exception {
    catalog(5, "svhn_cropped", 12);

    HydraException thrown =
        assertThrows(
            HydraException.class, () -> PreprocessPlan.of(options("out", "--source=original")));

    assertThat(thrown).hasMessageThat().contains("_32x32.mat: no such file");
  }

  @Test
  void run_listedImageNotInArchive_isNamedAndNothingIsCommitted() throws Exception {
    input = temp.resolve("caltech");
    var unused = SyntheticArchives.write(input, "caltech101");
    Path list = input.resolve("caltech101_train.txt");
    Files.writeString(list, Files.readString(list) + "accordion/none.jpg\n");
    Files.writeString(
        temp.resolve("own.textproto"),
        """
        benchmark: "own"
        task {
          name: "tiny" classes: 3
          original {
            dataset: "caltech101"
            slice { key: "train800" value { split: "train" to: 2 } }
            slice { key: "val200" value { split: "train" from: 2 } }
            slice { key: "test" value { split: "test" } }
          }
        }
        """);

    HydraException thrown =
        assertThrows(
            HydraException.class,
            () -> PreprocessPipeline.run(options("out", "--source=original")));

    assertThat(thrown)
        .hasMessageThat()
        .isEqualTo("tiny: train/accordion/none.jpg is not in the archives");
    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(ExampleFolder.find(temp.resolve("out").toString(), "own", "tiny", "")).isEmpty();
  }

  @Test
  void plan_keyTwice_isNamed() throws Exception {
    input = temp.resolve("caltech");
    var unused = SyntheticArchives.write(input, "caltech101");
    Path list = input.resolve("caltech101_train.txt");
    Files.writeString(list, Files.readString(list) + "Faces_easy/image_train.jpg\n");
    catalog(3, "caltech101", 4);

    HydraException thrown =
        assertThrows(
            HydraException.class, () -> PreprocessPlan.of(options("out", "--source=original")));

    assertThat(thrown).hasMessageThat().contains("Faces_easy/image_train.jpg is there twice");
  }

  @Test
  void run_tfdsDirectory_takesSlicesOfItsOrder() throws Exception {
    input = temp.resolve("tfds");
    Path folder = input.resolve("cifar100/3.0.2");
    writeTfds(folder, List.of(5, 7), List.of(12));
    assertThat(PreprocessPipeline.run(options("out")).exitCode()).isEqualTo(0);

    Map<String, ImageRecord> train = stored("out", "train800val200");
    assertThat(train.keySet())
        .containsExactlyElementsIn(
            IntStream.concat(IntStream.range(0, 6), IntStream.range(8, 11))
                .mapToObj(position -> "train/" + position)
                .toList());
    RgbImage expected = cifar.expected().getOrDefault("train", Map.of()).get("9").image();
    assertThat(train.get("train/9").rgb()).isEqualTo(expected.rgb());
  }

  @Test
  void run_ownRecordsAsTfdsDirectory_giveTheSamePixels() throws Exception {
    var unused = PreprocessPipeline.run(options("out"));
    Files.createDirectories(temp.resolve("again/tiny"));
    Files.move(temp.resolve("out/own/tiny"), temp.resolve("again/tiny/3.0.0"));
    input = temp.resolve("again");
    Files.writeString(
        temp.resolve("own.textproto"),
        """
        benchmark: "own"
        task {
          name: "tiny" classes: 5
          original {
            dataset: "tiny" version: "3.*"
            slice { key: "train800" value { split: "train800" } }
            slice { key: "val200" value { split: "val200" } }
            slice { key: "test" value { split: "test" to: 4 } }
          }
        }
        """);

    assertThat(PreprocessPipeline.run(options("second")).exitCode()).isEqualTo(0);

    assertThat(stored("second", "train800val200")).hasSize(9);
    assertThat(stored("second", "test")).hasSize(4);
  }

  @Test
  void plan_tfdsDirectoryHalfWritten_isNamed() throws Exception {
    input = temp.resolve("tfds");
    Path folder = input.resolve("cifar100/3.0.2");
    writeTfds(folder, List.of(5, 7), List.of(12));
    Files.delete(folder.resolve("cifar100-train.tfrecord-00001-of-00002"));

    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPlan.of(options("out")));

    assertThat(thrown).hasMessageThat().contains("cifar100-train.tfrecord-00001-of-00002");
    assertThat(thrown).hasMessageThat().contains("the folder is not whole");
  }

  private void writeTfds(Path folder, List<Integer> train, List<Integer> test) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("features.json"), "{}");
    Files.writeString(
        folder.resolve("dataset_info.json"),
        """
        {"name": "cifar100", "version": "3.0.2", "fileFormat": "tfrecord", "splits": [
          {"name": "train", "shardLengths": %s}, {"name": "test", "shardLengths": %s}]}
        """
            .formatted(quoted(train), quoted(test)));
    for (Map.Entry<String, List<Integer>> split : Map.of("train", train, "test", test).entrySet()) {
      int position = 0;
      for (int shard = 0; shard < split.getValue().size(); shard++) {
        String name =
            "cifar100-%s.tfrecord-%05d-of-%05d"
                .formatted(split.getKey(), shard, split.getValue().size());
        try (TfRecordWriter writer =
            new TfRecordWriter(Files.newOutputStream(folder.resolve(name)))) {
          for (int i = 0; i < split.getValue().get(shard); i++) {
            writer.write(record(split.getKey(), position++));
          }
        }
      }
    }
  }

  private static List<String> quoted(List<Integer> numbers) {
    return numbers.stream().map(number -> "\"" + number + "\"").toList();
  }

  private byte[] record(String split, int position) {
    SyntheticArchives.Labelled image =
        cifar.expected().getOrDefault(split, Map.of()).get(Integer.toString(position));
    Feature png =
        Feature.newBuilder()
            .setBytesList(
                BytesList.newBuilder()
                    .addValue(ByteString.copyFrom(PngEncoder.encode(image.image(), 1))))
            .build();
    Feature label =
        Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(image.label())).build();
    return Example.newBuilder()
        .setFeatures(Features.newBuilder().putFeature("image", png).putFeature("label", label))
        .build()
        .toByteArray();
  }
}
