package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Resize;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreprocessPipelineTest {
  @TempDir Path temp;
  private ImageFolder input;
  private Path examples;

  @BeforeEach
  void writeInput() throws IOException {
    input = ImageFolder.write(temp.resolve("input"));
    examples = temp.resolve("examples");
  }

  @Test
  void run_folder_storesEveryImageOnceAtTargetSize() throws Exception {
    StageResult result = PreprocessPipeline.run(input.options(examples));

    assertThat(result.exitCode()).isEqualTo(0);
    DatasetInfo info = ExampleFolder.open(examples.toString(), "own", ImageFolder.TASK);
    for (String split : Splits.ALL) {
      List<String> lines = new ArrayList<>();
      for (ImageRecord record : records(examples, info, split)) {
        lines.add(record.key() + " " + record.label());
        byte[] file = Files.readAllBytes(input.task().resolve(record.key()));
        assertThat(record.width()).isEqualTo(16);
        assertThat(record.rgb())
            .isEqualTo(PillowResize.toSquare(ImageDecoder.decode(file), Resize.SQUASH, 16).rgb());
      }
      assertThat(lines).containsExactlyElementsIn(input.lines(split));
    }
    assertThat(info.getClassNameList()).containsExactly("a", "b", "c").inOrder();
  }

  @Test
  void run_folder_reportsTheData() {
    StageResult result = PreprocessPipeline.run(input.options(examples));

    DatasetInfo info = ExampleFolder.open(examples.toString(), "own", ImageFolder.TASK);
    SplitInfo test = ExampleFolder.split(info, "test");
    assertThat(test.getImages()).isEqualTo(10);
    assertThat(test.getClassCountList()).containsExactly(3L, 4L, 3L).inOrder();
    assertThat(test.getShardLengthList()).containsExactly(10L);
    assertThat(info.getDuplicateList()).isEmpty();
    assertThat(info.getAbsentClassList()).isEmpty();
    assertThat(info.getBadRecords()).isEqualTo(0);
    assertThat(result.summary()).hasSize(1);
    assertThat(result.summary().get(0)).startsWith("tiny: 34 images, ");
    assertThat(result.done()).isEqualTo(1);
  }

  @Test
  void run_linesInAnotherOrderAndMoreThreads_writesTheSameBytes() throws IOException {
    PreprocessPipeline.run(input.options(examples, "--shardBytes=2000", "--targetParallelism=1"));
    Map<String, String> before = hashes(examples);
    for (String split : Splits.ALL) {
      input.shuffle(split, 5);
    }
    Path other = temp.resolve("other");

    PreprocessPipeline.run(input.options(other, "--shardBytes=2000", "--targetParallelism=4"));

    assertThat(before.keySet().stream().filter(name -> name.contains("-test.")).count())
        .isGreaterThan(2);
    assertThat(hashes(other)).isEqualTo(before);
  }

  @Test
  void run_otherFormatAndShards_keepsTheDataHash() {
    PreprocessPipeline.run(input.options(examples, "--imageFormat=png"));
    Path other = temp.resolve("other");
    PreprocessPipeline.run(input.options(other, "--imageFormat=raw", "--shardBytes=3000"));

    DatasetInfo first = ExampleFolder.open(examples.toString(), "own", ImageFolder.TASK);
    DatasetInfo second = ExampleFolder.open(other.toString(), "own", ImageFolder.TASK);
    assertThat(second.getDataHash()).isEqualTo(first.getDataHash());
    assertThat(second.getSplit(0).getShardLengthCount())
        .isGreaterThan(first.getSplit(0).getShardLengthCount());
  }

  @Test
  void run_otherLabelOrPixel_changesTheDataHash() throws Exception {
    String before = dataHash(examples);
    List<String> original = input.lines("train800");
    List<String> lines = input.lines("train800");
    lines.set(3, lines.get(3).replaceAll("\\d$", "2"));
    assertThat(lines).isNotEqualTo(original);
    input.list("train800", lines);
    assertThat(dataHash(temp.resolve("label"))).isNotEqualTo(before);

    input.list("train800", original);
    Files.copy(
        input.task().resolve("images/test/000001.png"),
        input.task().resolve("images/test/000002.png"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(dataHash(temp.resolve("pixel"))).isNotEqualTo(before);
  }

  @Test
  void run_twoLaunchesAtOnce_bothSucceedAndOneIsKept() throws Exception {
    ExecutorService launches = Executors.newFixedThreadPool(2);
    try {
      Callable<StageResult> launch = () -> PreprocessPipeline.run(input.options(examples));
      for (Future<StageResult> result : launches.invokeAll(List.of(launch, launch))) {
        assertThat(result.get().exitCode()).isEqualTo(0);
      }
    } finally {
      launches.shutdown();
    }

    ArtifactFolder folder = ExampleFolder.at(examples.toString(), "own", ImageFolder.TASK);
    assertThat(folder.read(DatasetInfo.getDefaultInstance())).isPresent();
    folder.verify();
  }

  @Test
  void run_again_changesNothing() throws IOException {
    PreprocessPipeline.run(input.options(examples));
    Map<String, String> before = hashes(examples);
    Map<String, FileTime> times = times(examples);

    StageResult again = PreprocessPipeline.run(input.options(examples));

    assertThat(again.skipped()).isEqualTo(1);
    assertThat(again.done()).isEqualTo(0);
    assertThat(hashes(examples)).isEqualTo(before);
    assertThat(times(examples)).isEqualTo(times);
  }

  @Test
  void run_folderOfOtherOptions_isRefusedAndLeft() throws IOException {
    PreprocessPipeline.run(input.options(examples));
    Map<String, String> before = hashes(examples);

    HydraException thrown =
        assertThrows(
            HydraException.class,
            () -> PreprocessPipeline.run(input.options(examples, "--imageSize=8")));

    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown)
        .hasMessageThat()
        .contains("own/tiny was made with --imageSize=16, not 8: choose another --examples");
    assertThat(hashes(examples)).isEqualTo(before);
  }

  @Test
  void run_folderOfOtherInputs_isRefused() throws IOException {
    PreprocessPipeline.run(input.options(examples));
    Path image = input.task().resolve("images/test/000003.png");
    Files.setLastModifiedTime(image, FileTime.fromMillis(1_000_000));

    HydraException thrown =
        assertThrows(HydraException.class, () -> PreprocessPipeline.run(input.options(examples)));

    assertThat(thrown).hasMessageThat().contains("was made from other inputs");
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void run_force_makesTheFolderAgain() {
    PreprocessPipeline.run(input.options(examples));

    StageResult result =
        PreprocessPipeline.run(input.options(examples, "--imageSize=8", "--force"));

    assertThat(result.done()).isEqualTo(1);
    DatasetInfo info = ExampleFolder.open(examples.toString(), "own", ImageFolder.TASK);
    assertThat(info.getImageOptions().getImageSize()).isEqualTo(8);
  }

  @Test
  void run_finishedFolder_holdsNothingElse() throws IOException {
    PreprocessPipeline.run(input.options(examples));

    assertThat(hashes(examples).keySet())
        .containsExactly(
            "own/tiny/DONE.json",
            "own/tiny/bad_records.jsonl",
            "own/tiny/dataset_info.json",
            "own/tiny/duplicates.jsonl",
            "own/tiny/features.json",
            "own/tiny/tiny-test.tfrecord-00000-of-00001",
            "own/tiny/tiny-train800.tfrecord-00000-of-00001",
            "own/tiny/tiny-train800val200.tfrecord-00000-of-00001",
            "own/tiny/tiny-val200.tfrecord-00000-of-00001");
    ArtifactFolder folder = ExampleFolder.at(examples.toString(), "own", ImageFolder.TASK);
    folder.verify();
    assertThat(folder.files()).hasSize(8);
  }

  @Test
  void run_shardLost_isNoticedByReaders() throws IOException {
    PreprocessPipeline.run(input.options(examples));
    Files.delete(examples.resolve("own/tiny/tiny-test.tfrecord-00000-of-00001"));

    HydraException thrown =
        assertThrows(
            HydraException.class,
            () -> ExampleFolder.open(examples.toString(), "own", ImageFolder.TASK));

    assertThat(thrown).hasMessageThat().contains("which is missing; make the folder again");
  }

  @Test
  void run_interruptedBefore_usesFinishedShards() throws IOException {
    assertThrows(
        HydraException.class,
        () -> {
          input.put("images/test/000004.png", "text".getBytes());
          PreprocessPipeline.run(input.options(examples));
        });
    Path task = examples.resolve("own/tiny");
    List<Path> parts =
        files(task).stream().filter(path -> name(path).contains("train800.")).toList();
    assertThat(parts).hasSize(2); // a shard and its summary, under temporary names
    Path shard = parts.stream().filter(path -> !name(path).endsWith("summary")).findFirst().get();
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(shard, old);
    input.put(
        "images/test/000004.png",
        Files.readAllBytes(input.task().resolve("images/test/000005.png")));

    PreprocessPipeline.run(input.options(examples));

    assertThat(Files.getLastModifiedTime(task.resolve("tiny-train800.tfrecord-00000-of-00001")))
        .isEqualTo(old);
    assertThat(files(task)).hasSize(9);
  }

  @Test
  void run_samePictureInTrainAndTest_isReported() throws IOException {
    Files.copy(
        input.task().resolve("images/train800/000001.png"),
        input.task().resolve("images/test/000007.png"),
        StandardCopyOption.REPLACE_EXISTING);

    StageResult result = PreprocessPipeline.run(input.options(examples));

    DatasetInfo info = ExampleFolder.open(examples.toString(), "own", ImageFolder.TASK);
    assertThat(info.getDuplicateList())
        .containsExactly("train800+test: 1", "train800val200+test: 1")
        .inOrder();
    assertThat(result.summary().get(0)).contains("same pixels in train800+test: 1");
    String lines = Files.readString(examples.resolve("own/tiny/duplicates.jsonl"));
    assertThat(lines.lines().count()).isEqualTo(1);
    assertThat(lines)
        .contains("{\"split\":\"test\",\"key\":\"images/test/000007.png\",\"label\":2}");
  }

  @Test
  void run_classWithoutTrainingImage_isReported() throws IOException {
    for (String split : List.of("train800", "train800val200")) {
      input.list(
          split, input.lines(split).stream().map(line -> line.replaceAll("2$", "1")).toList());
    }

    StageResult result = PreprocessPipeline.run(input.options(examples));

    DatasetInfo info = ExampleFolder.open(examples.toString(), "own", ImageFolder.TASK);
    assertThat(info.getAbsentClassList()).containsExactly(2);
    assertThat(result.summary().get(0)).contains("1 of 3 classes have no training image");
  }

  @Test
  void run_folder_writesWhatTfdsReads() throws IOException {
    PreprocessPipeline.run(input.options(examples, "--imageFormat=png"));

    ObjectMapper json = new ObjectMapper();
    JsonNode info = json.readTree(examples.resolve("own/tiny/dataset_info.json").toFile());
    assertThat(info.path("name").asText()).isEqualTo("tiny");
    assertThat(info.path("version").asText()).isEqualTo("1.0.0");
    assertThat(info.path("splits").path(3).path("shardLengths").path(0).asText()).isEqualTo("10");
    JsonNode features = json.readTree(examples.resolve("own/tiny/features.json").toFile());
    JsonNode image = features.at("/featuresDict/features/image/featuresDict/features");
    assertThat(image.path("encoded").path("pythonClassName").asText()).endsWith(".Image");
    assertThat(image.path("label").path("classLabel").path("numClasses").asText()).isEqualTo("3");
  }

  @Test
  void run_sampleBenchmark_storesWhatIsDrawn() throws IOException {
    PreprocessOptions options =
        PipelineOptionsFactory.fromArgs("--tasks=orientation", "--examples=" + examples)
            .as(PreprocessOptions.class);

    StageResult result = PreprocessPipeline.run(options);

    assertThat(result.exitCode()).isEqualTo(0);
    DatasetInfo info = ExampleFolder.open(examples.toString(), "sample", "orientation");
    assertThat(info.getImageOptions().getImageSize()).isEqualTo(48);
    assertThat(info.getDuplicateList()).isEmpty();
    ImageRecord first = records(examples, info, "test").get(0);
    assertWithMessage(first.key()).that(first.rgb()).hasLength(48 * 48 * 3);
    assertThat(first.key()).startsWith("test/");
  }

  private String dataHash(Path folder, String... more) {
    PreprocessPipeline.run(input.options(folder, more));
    return ExampleFolder.open(folder.toString(), "own", ImageFolder.TASK).getDataHash();
  }

  private static List<ImageRecord> records(Path examples, DatasetInfo info, String split)
      throws IOException {
    List<ImageRecord> all = new ArrayList<>();
    for (StoredShard shard : ExampleFolder.shards(examples.toString(), info, split)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = (ImageRecord) records.next()) != null; ) {
          all.add(record);
        }
      }
    }
    return all;
  }

  private static Map<String, String> hashes(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (Path file : files(folder)) {
      hashes.put(folder.relativize(file).toString(), Hashing.sha256Hex(Files.readAllBytes(file)));
    }
    return hashes;
  }

  private static Map<String, FileTime> times(Path folder) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    for (Path file : files(folder)) {
      times.put(file.toString(), Files.getLastModifiedTime(file));
    }
    return times;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }
}
