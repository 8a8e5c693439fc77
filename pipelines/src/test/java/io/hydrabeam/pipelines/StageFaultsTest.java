package io.hydrabeam.pipelines;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.evaluate.EvaluatePipeline;
import io.hydrabeam.pipelines.preprocess.ImageFolder;
import io.hydrabeam.pipelines.preprocess.PreprocessPipeline;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Faults;
import io.hydrabeam.pipelines.train.TinyBenchmark;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation on files of a small run of each stage fails in turn, in several ways. The same
 * command again must end with the files of an undisturbed run and nothing else.
 */
final class StageFaultsTest {
  /** All of them with -Dfaults=1; by default every so many, each time others for each kind. */
  private static final int STRIDE = Integer.getInteger("faults", 7);

  @TempDir Path root;

  @BeforeAll
  static void knowFileSystems() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
  }

  @AfterEach
  void noFaults() {
    Faults.none();
  }

  /** A launch of a stage that writes below a folder. */
  private interface Stage {
    StageResult run() throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void preprocess_anyOperationFails_sameCommandAgainGivesTheSame(Faults.Kind kind)
      throws IOException {
    ImageFolder input = ImageFolder.write(root.resolve("input"));
    Path output = root.resolve("examples");
    check(kind, output, () -> PreprocessPipeline.run(input.options("faulty://" + output)));
  }

  @ParameterizedTest
  @EnumSource
  void train_anyOperationFails_sameCommandAgainGivesTheSame(Faults.Kind kind) throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples("faulty://" + benchmark.examples());
    options.setRuns("faulty://" + benchmark.runs());
    options.setRandomBackbone("tiny");
    options.setDevice(Device.CPU);
    options.setMaxAttempts(1);
    check(kind, Path.of(benchmark.runs()), () -> TrainPipeline.run(options));
  }

  @ParameterizedTest
  @EnumSource
  void evaluate_anyOperationFails_sameCommandAgainGivesTheSame(Faults.Kind kind)
      throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", ""));
    TrainOptions train = PipelineOptionsFactory.create().as(TrainOptions.class);
    train.setCatalog(benchmark.catalog());
    train.setExamples(benchmark.examples());
    train.setRuns(benchmark.runs());
    train.setRandomBackbone("tiny");
    train.setDevice(Device.CPU);
    assertThat(TrainPipeline.run(train).exitCode()).isEqualTo(0);
    EvaluateOptions options = PipelineOptionsFactory.create().as(EvaluateOptions.class);
    options.setCatalog(benchmark.catalog());
    options.setExamples("faulty://" + benchmark.examples());
    options.setRuns("faulty://" + benchmark.runs());
    options.setScores("faulty://" + benchmark.scores());
    options.setDevice(Device.CPU);
    options.setMaxAttempts(1);
    // A launch that fails after it has committed is followed by another evaluation, of the same.
    options.setForce(true);
    check(kind, Path.of(benchmark.scores()), () -> EvaluatePipeline.run(options));
  }

  private static void check(Faults.Kind kind, Path output, Stage stage) throws IOException {
    Faults.none();
    assertThat(stage.run().exitCode()).isEqualTo(0);
    long operations = Faults.operations();
    Map<String, String> undisturbed = files(output);
    int tried = 0;
    for (long k = 1 + kind.ordinal() % STRIDE; k <= operations; k += STRIDE) {
      delete(output);
      Faults.at(k, kind);
      int code;
      try {
        code = stage.run().exitCode();
      } catch (RuntimeException e) {
        code = 1;
      }
      Faults.none();
      assertWithMessage("%s at operation %s, exit code", kind, k).that(code).isAnyOf(0, 1, 3);
      assertWithMessage("%s at operation %s, again", kind, k)
          .that(stage.run().exitCode())
          .isEqualTo(0);
      assertWithMessage("%s at operation %s", kind, k).that(files(output)).isEqualTo(undisturbed);
      tried++;
    }
    System.out.printf("%s: %d of %d operations failed in turn%n", kind, tried, operations);
  }

  private static final Set<String> WITH_TIMES =
      Set.of(
          "DONE.json", "history.jsonl", "events.out.tfevents.hydra", "jobs.jsonl", "report.html");

  /** Of an evaluation, which tells its time. */
  private static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{8}");

  private static final Pattern STARTED = Pattern.compile("\"started\" : \"[^\"]*\"");

  private static String text(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.equals(ArtifactFolder.MARKER)) {
      ArtifactFolder.at(file.getParent().toString()).verify();
    }
    if (WITH_TIMES.contains(name)) {
      return "";
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    return Hashing.sha256Hex(
        List.of(STARTED.matcher(ID.matcher(text).replaceAll("ID")).replaceAll("")));
  }

  /** Hashes of contents by path, without those of files that tell times. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    String evaluation = "";
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        if (isStale(folder, file)) {
          continue;
        }
        String path = folder.relativize(file).toString();
        Matcher id = ID.matcher(path);
        if (id.find() && !id.group().equals(evaluation)) {
          // Of several, in the order of their times, the last counts; the others are whole.
          evaluation = id.group();
          assertThat(files.keySet().stream().filter(name -> name.contains("/.")).toList())
              .isEmpty();
          files.clear();
        }
        files.put(id.replaceAll("ID"), text(file));
      }
    }
    return files;
  }

  /**
   * A list of jobs that was half written beside the jobs' folders, or a report beside the committed
   * scores; it is swept a day later.
   */
  private static boolean isStale(Path folder, Path file) {
    return folder.relativize(file).getNameCount() == 2
        && file.getFileName().toString().startsWith(ArtifactFolder.UNFINISHED)
        && (folder.endsWith("runs") || folder.endsWith("scores"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
