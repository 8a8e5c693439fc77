package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.TextTower;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.text.ClipTokenizer;
import io.hydrabeam.model.text.PromptFile;
import io.hydrabeam.model.text.TextHead;
import io.hydrabeam.model.text.Truncation;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on a small CLIP, whose heads start from its text tower. */
final class TextHeadTrainingTest {

  @TempDir Path root;
  private Path backbone;
  private Path vocabulary;
  private Path prompts;
  private TrainOptions options;

  @BeforeEach
  void writeFiles() throws IOException {
    backbone = root.resolve("clip.safetensors");
    try (InputStream in = new GZIPInputStream(resource("/vectors/clip_hydra/hf.safetensors.gz"))) {
      Files.copy(in, backbone);
    }
    vocabulary = root.resolve("vocabulary.txt");
    try (InputStream in = resource("/text/vocabulary_600.txt")) {
      Files.copy(in, vocabulary);
    }
    prompts =
        Files.writeString(
            root.resolve("prompts.json"),
            """
            {"a": {"classes": ["red", ["green", "lime"], "blue"],
                   "templates": ["a {} dot.", "something {}"]}}
            """);
    options = TrainPipelineTest.options(TinyBenchmark.writeFewShot(root, "a", 0));
    options.setRandomBackbone(null);
    options.setBackbone(backbone.toString());
    options.setSeeds(List.of(0L));
    options.setTune(Tuning.NONE);
    options.setEpochs(1);
    options.setLearningRate(1e-9);
    options.setWeightDecay(0.0);
  }

  @Test
  void run_withVocabularyAndPrompts_headStartsFromTheTextFeatures() throws Exception {
    options.setVocabulary(vocabulary.toString());
    options.setPrompts(prompts.toString());
    StageResult result = TrainPipeline.run(options);
    assertThat(result.failures()).isEmpty();

    TextTower tower = Backbones.loadText(backbone.toString());
    TextHead head =
        TextHead.of(
            tower.config(),
            tower.hash(),
            ClipTokenizer.load(vocabulary),
            PromptFile.read(prompts).forTask("a", 3),
            Truncation.KEEP_END);
    Map<String, HostTensor> expected = head.compute(tower, TensorFlowRuntime.singleThread());
    Map<String, HostTensor> trained = AdapterCheckpoint.load(job()).trained();
    // A step at a rate of 1e-9 moves nothing that can be seen here.
    assertThat(values(trained)).usingTolerance(1e-6).containsExactly(values(expected)).inOrder();
    assertThat(TrainPlan.of(options).jobs().get(0).getKey().getHeadHash())
        .isEqualTo("text:" + head.hash());
    assertThat(TrainPipeline.run(options).skipped()).isEqualTo(1);
  }

  @Test
  void plan_withoutPrompts_namesTheClassesAsTheExamplesDo() {
    options.setVocabulary(vocabulary.toString());
    String named = TrainPlan.of(options).jobs().get(0).getKey().getHeadHash();
    options.setPrompts(prompts.toString());
    String prompted = TrainPlan.of(options).jobs().get(0).getKey().getHeadHash();
    assertThat(named).startsWith("text:");
    assertThat(prompted).startsWith("text:");
    assertThat(named).isNotEqualTo(prompted);
  }

  @Test
  void plan_withoutVocabulary_saysWhatToGive() {
    HydraException thrown = assertThrows(HydraException.class, () -> TrainPlan.of(options));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).contains("--vocabulary=FILE");
    options.setHeadStart(HeadStart.ZERO);
    assertThat(TrainPlan.of(options).jobs().get(0).getKey().getHeadHash()).isEmpty();
  }

  private static float[] values(Map<String, HostTensor> head) {
    return Objects.requireNonNull(head.get(ParameterName.HEAD_KERNEL)).values();
  }

  private Path job() throws IOException {
    try (Stream<Path> paths = Files.walk(root.resolve("runs"))) {
      return Objects.requireNonNull(
          paths
              .filter(path -> path.endsWith("adapter.safetensors"))
              .findFirst()
              .orElseThrow()
              .getParent());
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(TextHeadTrainingTest.class.getResourceAsStream(name), name);
  }
}
