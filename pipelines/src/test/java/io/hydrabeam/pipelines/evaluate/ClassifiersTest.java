package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.train.TinyBenchmark;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.JobResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifiersTest {
  @TempDir Path root;

  @Test
  void take_sameJobWhileInUse_isTheSameClassifier() throws IOException {
    List<EvaluationShard> parts = twoJobs();
    ModelSetup setup = setup();
    Classifiers classifiers = new Classifiers(0);
    Classifier first;
    try (Classifiers.Lease one = take(classifiers, parts.get(0), setup);
        Classifiers.Lease two = take(classifiers, parts.get(0), setup);
        Classifiers.Lease other = take(classifiers, parts.get(1), setup)) {
      first = one.classifier();
      assertThat(two.classifier()).isSameInstanceAs(first);
      assertThat(other.classifier()).isNotSameInstanceAs(first);
      ImageSamples image = new ImageSamples(32, new byte[32 * 32 * 3], 1);
      assertThat(two.classifier().logits(image)).isNotEqualTo(other.classifier().logits(image));
    }
    classifiers.closeIdle();
    try (Classifiers.Lease again = take(classifiers, parts.get(0), setup)) {
      assertThat(again.classifier()).isNotSameInstanceAs(first);
    }
    classifiers.closeIdle();
  }

  @Test
  void take_aboveTheLimit_keepsTheLastUsedOnly() throws IOException {
    List<EvaluationShard> parts = twoJobs();
    ModelSetup setup = setup();
    Classifiers classifiers = new Classifiers(0);
    Classifier first = used(classifiers, parts.get(0), setup);
    assertThat(used(classifiers, parts.get(0), setup)).isSameInstanceAs(first);
    Classifier second = used(classifiers, parts.get(1), setup);
    assertThat(used(classifiers, parts.get(1), setup)).isSameInstanceAs(second);
    assertThat(used(classifiers, parts.get(0), setup)).isNotSameInstanceAs(first);
    classifiers.closeIdle();
  }

  @Test
  void take_jobWithoutFiles_failsEachTime() throws IOException {
    EvaluationShard part = twoJobs().get(0);
    JobResult missing = part.getJob().toBuilder().setFolder(root + "/none").build();
    Classifiers classifiers = new Classifiers(0);
    for (int i = 0; i < 2; i++) {
      assertThrows(IOException.class, () -> classifiers.take(missing, part.getBackbone(), setup()));
    }
  }

  private static Classifier used(Classifiers classifiers, EvaluationShard part, ModelSetup setup)
      throws IOException {
    try (Classifiers.Lease lease = take(classifiers, part, setup)) {
      return lease.classifier();
    }
  }

  private static Classifiers.Lease take(
      Classifiers classifiers, EvaluationShard part, ModelSetup setup) throws IOException {
    return classifiers.take(part.getJob(), part.getBackbone(), setup);
  }

  private ModelSetup setup() {
    EvaluateOptions options = options().as(EvaluateOptions.class);
    options.setScores(root + "/scores");
    return EvaluateSetup.from(options, root + "/scores/a").model();
  }

  private List<EvaluationShard> twoJobs() throws IOException {
    TinyBenchmark benchmark = TinyBenchmark.write(root, Map.of("a", "natural"));
    TrainOptions train = options();
    train.setSeeds(List.of(0L, 1L));
    assertThat(TrainPipeline.run(train).exitCode()).isEqualTo(0);
    EvaluateOptions options = train.as(EvaluateOptions.class);
    options.setScores(benchmark.scores());
    List<EvaluationShard> parts = EvaluationPlan.of(options).shards();
    EvaluationShard first = parts.get(0);
    EvaluationShard second =
        parts.stream()
            .filter(part -> !part.getJob().getJobId().equals(first.getJob().getJobId()))
            .findFirst()
            .orElseThrow(() -> HydraException.failed("one job only"));
    return List.of(first, second);
  }

  private TrainOptions options() {
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setCatalog(root + "/catalog.textproto");
    options.setExamples(root + "/examples");
    options.setRuns(root + "/runs");
    options.setRandomBackbone("tiny");
    options.setDevice(Device.CPU);
    return options;
  }
}
