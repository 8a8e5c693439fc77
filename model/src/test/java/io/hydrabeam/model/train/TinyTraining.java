package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Optimizer;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tiny model, images that it learns, and what varies between its trainings. */
final class TinyTraining {
  static final VitConfig VIT = new VitConfig(16, 8, 32, 2, 4, 64, VitConfig.EPSILON_DEFAULT);
  static final Backbone BACKBONE = Backbone.random(VIT, 7);
  static final ImagesInMemory IMAGES = images(24, 3);

  static final HeadConfig BATCH_NORM =
      new HeadConfig(3, HeadConfig.Start.ZERO, false, HeadConfig.Norm.BATCH);

  private TinyTraining() {}

  static TrainingResult train(TrainerConfig config) throws Exception {
    return train(config, null, ResumeStore.none());
  }

  static TrainingResult train(
      TrainerConfig config, @Nullable Evaluation evaluation, ResumeStore store) throws Exception {
    return Trainer.train(
        config,
        TrainingInputs.of(BACKBONE, IMAGES),
        evaluation,
        store,
        e -> {},
        TrainingGraphs.single(TensorFlowRuntime.singleThread()));
  }

  static TrainerConfig config(Method method, int epochs, long seed) {
    double dropPath = method == Method.LINEAR ? 0 : 0.1;
    return new TrainerConfig(
        VIT,
        method,
        HydraConfig.both(2, 1, 0.1),
        HeadConfig.plain(3),
        new OptimizerConfig(Optimizer.ADAMW, 1e-2, 1e-4, Schedule.WARMUP_COSINE, 1, 500),
        new EpochConfig(epochs, 8, false, 0, 0),
        dropPath,
        Normalization.HALF,
        Precision.FP32,
        seed);
  }

  static TrainerConfig withRate(TrainerConfig c, double rate) {
    return copy(
        c, c.model().vision(), c.head(), c.optimizer().with(rate, 1e-4), c.epochs(), c.dropPath());
  }

  static TrainerConfig withScoring(TrainerConfig c, int every) {
    EpochConfig e = c.epochs();
    return withEpochs(
        c, new EpochConfig(e.epochs(), e.batch(), e.keepRemainder(), e.orderOffset(), every));
  }

  static TrainerConfig withDropPath(TrainerConfig c, double dropPath) {
    return copy(c, c.model().vision(), c.head(), c.optimizer(), c.epochs(), dropPath);
  }

  static TrainerConfig withBatch(TrainerConfig c, int batch) {
    return withEpochs(c, new EpochConfig(c.epochs().epochs(), batch, false, 0, 0));
  }

  static TrainerConfig withEpochs(TrainerConfig c, EpochConfig epochs) {
    return copy(c, c.model().vision(), c.head(), c.optimizer(), epochs, c.dropPath());
  }

  static TrainerConfig withHead(TrainerConfig c, HeadConfig head) {
    return copy(c, c.model().vision(), head, c.optimizer(), c.epochs(), c.dropPath());
  }

  static TrainerConfig withVit(TrainerConfig c, VitConfig vit) {
    return copy(c, vit, c.head(), c.optimizer(), c.epochs(), c.dropPath());
  }

  private static TrainerConfig copy(
      TrainerConfig c,
      VitConfig vit,
      HeadConfig head,
      OptimizerConfig optimizer,
      EpochConfig epochs,
      double dropPath) {
    return new TrainerConfig(
        vit,
        c.method(),
        c.hydra(),
        head,
        optimizer,
        epochs,
        dropPath,
        c.normalization(),
        Precision.FP32,
        c.seed());
  }

  /** Noise around a mean colour that tells the class. */
  private static ImagesInMemory images(int count, int classes) {
    SplitMix64 random = new SplitMix64(1);
    int size = VIT.imageSize();
    byte[] pixels = new byte[count * size * size * 3];
    int[][] labels = new int[count][];
    for (int i = 0; i < count; i++) {
      int label = i % classes;
      labels[i] = new int[] {label};
      for (int j = 0; j < size * size * 3; j++) {
        boolean bright = j % 3 == label;
        pixels[i * size * size * 3 + j] = (byte) (random.nextInt(100) + (bright ? 120 : 40));
      }
    }
    return new ImagesInMemory(size, pixels, labels);
  }

  static void assertBitEqual(Map<String, HostTensor> actual, Map<String, HostTensor> expected) {
    assertThat(actual.keySet()).containsExactlyElementsIn(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertWithMessage(name).that(actual.get(name).bitEquals(tensor)).isTrue());
  }

  record FolderStore(Path folder) implements ResumeStore {
    @Override
    public Optional<Path> fetch() {
      return Optional.of(folder.resolve("state.safetensors")).filter(Files::exists);
    }

    @Override
    public void store(Path file, int epochs) throws IOException {
      Files.copy(file, folder.resolve("state.safetensors"), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
