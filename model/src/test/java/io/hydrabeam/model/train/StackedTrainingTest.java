package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.ImageSamples;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs in one graph against each of them in a graph of its own. */
final class StackedTrainingTest {

  private static final VitConfig VIT =
      new VitConfig(16, 8, 32, 2, 4, 64, VitConfig.EPSILON_DEFAULT);
  private static final Backbone BACKBONE = Backbone.random(VIT, 7);
  private static final ImagesInMemory IMAGES = images(24);
  private static final double[] RATES = {1e-2, 3e-3, 2e-2};
  private static final int EPOCHS = 3;

  /** Relative to a tensor's largest value. */
  private static final double TOLERANCE = 1e-4;

  /** Smaller values are compared as if they were this large: their gradients may vanish. */
  private static final float SMALLEST = 1e-2f;

  /** Shared by the trainings that are alone, which changes no bit. */
  private static final TrainingGraphs ALONE =
      TrainingGraphs.keeping(TensorFlowRuntime.singleThread(), 1L << 30);

  @TempDir Path folder;

  @AfterAll
  static void closeGraphs() {
    ALONE.close();
  }

  @ParameterizedTest
  @CsvSource({
    "HYDRA, ADAMW, NONE, false, false",
    "HYDRA, SGD, BATCH, true, true",
    "HYDRA, ADAMW, BATCH_FROZEN_AFTER_FIRST_EPOCH, false, false",
    "LINEAR, ADAMW, NONE, true, false",
    "LINEAR, SGD, BATCH, false, true",
    "FULL, ADAMW, NONE, false, false",
    "FULL, SGD, BATCH, false, true"
  })
  void trainStacked_seedsAndRates_giveWhatEachGivesAlone(
      Method method,
      Optimizer optimizer,
      HeadConfig.Norm norm,
      boolean multilabel,
      boolean streamed)
      throws Exception {
    ImageSet images =
        streamed
            ? new StreamedImages(
                IMAGES.size(), IMAGES.labels(), row -> IMAGES.pixels(new int[] {row}))
            : IMAGES;
    HeadConfig head = new HeadConfig(3, HeadConfig.Start.UNIFORM, multilabel, norm);
    List<Training> trainings = new ArrayList<>();
    for (int job = 0; job < RATES.length; job++) {
      trainings.add(training(config(method, optimizer, head, RATES[job], job), images));
    }

    List<TrainingOutcome> stacked = stacked(trainings);

    for (int job = 0; job < RATES.length; job++) {
      assertClose(stacked.get(job).get(), alone(trainings.get(job)));
    }
  }

  @Test
  void trainStacked_oneDiverges_failsAloneAndLeavesTheOthersAsTheyWere() throws Exception {
    List<Training> trainings =
        List.of(training(config(1e-2, 0)), training(config(1e30, 1)), training(config(1e-2, 2)));

    List<TrainingOutcome> stacked = stacked(trainings);

    assertThat(stacked.get(1).result()).isEmpty();
    assertThat(stacked.get(1).failure().orElseThrow())
        .hasMessageThat()
        .containsMatch("is (NaN|-?Infinity).*lower the learning rate \\(1.0E30\\)");
    assertClose(stacked.get(0).get(), alone(trainings.get(0)));
    assertClose(stacked.get(2).get(), alone(trainings.get(2)));
  }

  @Test
  void trainStacked_withScores_keepsEachJobsBestEpochAndLetsOneScoringFailAlone() throws Exception {
    double[][] scores = {{0.1, 0.9, 0.2}, {0.5, 0.5, 0.5}, {0.1, 0.2, 0.3}};
    List<Training> trainings = new ArrayList<>();
    List<float[][]> logits = new ArrayList<>();
    for (int job = 0; job < scores.length; job++) {
      int[] calls = {0};
      double[] own = scores[job];
      Evaluation evaluation =
          scorer -> {
            logits.add(scorer.logits(new ImageSamples(IMAGES.size(), IMAGES.pixels(), 4)));
            if (own[0] == 0.5 && calls[0] == 1) {
              throw new IOException("unreadable");
            }
            return own[calls[0]++];
          };
      trainings.add(new Training(scored(job), inputs(), evaluation, ResumeStore.none(), e -> {}));
    }

    List<TrainingOutcome> stacked = stacked(trainings);

    assertThat(stacked.get(0).get().epoch()).isEqualTo(1);
    assertThat(stacked.get(2).get().epoch()).isEqualTo(2);
    assertThat(assertThrows(IOException.class, () -> stacked.get(1).get()))
        .hasMessageThat()
        .isEqualTo("unreadable");
    assertThat(logits).hasSize(8);
    assertThat(logits.get(0)).isNotEqualTo(logits.get(1));
    float[][][] single = new float[1][][];
    TrainingResult unused =
        alone(
            new Training(
                scored(0),
                inputs(),
                scorer -> {
                  single[0] =
                      single[0] == null
                          ? scorer.logits(new ImageSamples(IMAGES.size(), IMAGES.pixels(), 4))
                          : single[0];
                  return 0;
                },
                ResumeStore.none(),
                e -> {}));
    for (int row = 0; row < 4; row++) {
      assertThat(logits.get(0)[row]).usingTolerance(1e-4).containsExactly(single[0][row]).inOrder();
    }
  }

  @Test
  void trainStacked_interruptedAndResumed_endsWithTheUndisturbedBits() throws Exception {
    List<TrainingOutcome> undisturbed =
        stacked(List.of(training(config(1e-2, 0)), training(config(3e-3, 1))));
    List<ResumeStore> stores = List.of(store("a"), store("b"));
    assertThrows(
        InterruptedException.class,
        () -> {
          var unused =
              stacked(
                  List.of(
                      stored(
                          config(1e-2, 0),
                          stores.get(0),
                          epoch -> {
                            if (epoch.epoch() == 1) {
                              Thread.currentThread().interrupt();
                            }
                          }),
                      stored(config(3e-3, 1), stores.get(1), epoch -> {})));
        });
    List<Integer> epochs = new ArrayList<>();

    List<TrainingOutcome> resumed =
        stacked(
            List.of(
                stored(config(1e-2, 0), stores.get(0), epoch -> epochs.add(epoch.epoch())),
                stored(config(3e-3, 1), stores.get(1), epoch -> epochs.add(epoch.epoch()))));

    assertThat(epochs).containsExactly(2, 2);
    for (int job = 0; job < 2; job++) {
      Map<String, HostTensor> expected = undisturbed.get(job).get().trained();
      resumed
          .get(job)
          .get()
          .trained()
          .forEach(
              (name, tensor) ->
                  assertWithMessage(name).that(tensor.bitEquals(expected.get(name))).isTrue());
    }
  }

  @Test
  void trainStacked_fromDifferentEpochs_trainsEachToItsEnd() throws Exception {
    ResumeStore store = store("ahead");
    Training stopped =
        stored(
            config(1e-2, 0),
            store,
            epoch -> {
              if (epoch.epoch() == 0) {
                Thread.currentThread().interrupt();
              }
            });
    assertThrows(InterruptedException.class, () -> alone(stopped));

    List<TrainingOutcome> stacked =
        stacked(List.of(stored(config(1e-2, 0), store, e -> {}), training(config(3e-3, 1))));

    assertClose(stacked.get(0).get(), alone(training(config(1e-2, 0))));
    assertClose(stacked.get(1).get(), alone(training(config(3e-3, 1))));
  }

  @Test
  void trainStacked_onAKeptGraph_givesTheSameBits() throws Exception {
    List<Training> trainings = List.of(training(config(1e-2, 0)), training(config(3e-3, 1)));
    try (TrainingGraphs graphs =
        TrainingGraphs.keeping(TensorFlowRuntime.singleThread(), 1 << 30)) {
      var unused =
          Trainer.trainStacked(List.of(training(config(0.1, 5)), training(config(0.2, 6))), graphs);
      List<TrainingOutcome> kept = Trainer.trainStacked(trainings, graphs);
      List<TrainingOutcome> fresh = stacked(trainings);
      for (int job = 0; job < 2; job++) {
        HostTensor expected = fresh.get(job).get().trained().get("head/kernel");
        assertThat(kept.get(job).get().trained().get("head/kernel").bitEquals(expected)).isTrue();
      }
    }
  }

  @Test
  void trainStacked_whatDiffersInMoreThanRatesAndSeeds_isRefused() {
    TrainerConfig linear =
        config(Method.LINEAR, Optimizer.ADAMW, HeadConfig.plain(3), /* rate= */ 1e-2, 0);

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> stacked(List.of(training(config(1e-2, 0)), training(linear))));

    assertThat(refused).hasMessageThat().contains("stacked trainings may differ in learning rate");
  }

  private static List<TrainingOutcome> stacked(List<Training> trainings) throws Exception {
    return Trainer.trainStacked(trainings, TrainingGraphs.single(TensorFlowRuntime.singleThread()));
  }

  private static TrainingResult alone(Training training) throws Exception {
    return Trainer.trainStacked(List.of(training), ALONE).get(0).get();
  }

  /**
   * Apart from the keys' bias, which attention does not depend on: its gradient is rounding alone,
   * and AdamW makes steps of full length of it.
   */
  private static void assertClose(TrainingResult actual, TrainingResult expected) {
    assertThat(actual.trained().keySet()).containsExactlyElementsIn(expected.trained().keySet());
    assertThat(actual.frozenHash()).isEqualTo(expected.frozenHash());
    assertThat(actual.trainableParameters()).isEqualTo(expected.trainableParameters());
    assertThat(actual.history()).hasSize(expected.history().size());
    for (int epoch = 0; epoch < actual.history().size(); epoch++) {
      EpochRecord other = expected.history().get(epoch);
      assertThat(actual.history().get(epoch).learningRate()).isEqualTo(other.learningRate());
      assertThat(actual.history().get(epoch).loss()).isWithin(TOLERANCE).of(other.loss());
    }
    expected
        .trained()
        .forEach(
            (name, tensor) -> {
              float largest = SMALLEST;
              for (float value : tensor.values()) {
                largest = Math.max(largest, Math.abs(value));
              }
              float[] values = actual.trained().get(name).values();
              for (int i = 0; i < values.length; i++) {
                if (!(name.endsWith("qkv/bias") && i / VIT.width() == 1)) {
                  assertWithMessage("%s at %s", name, i)
                      .that(values[i])
                      .isWithin((float) TOLERANCE * largest)
                      .of(tensor.values()[i]);
                }
              }
            });
  }

  private static Training training(TrainerConfig config) {
    return training(config, IMAGES);
  }

  private static Training training(TrainerConfig config, ImageSet images) {
    return new Training(
        config, TrainingInputs.of(BACKBONE, images), null, ResumeStore.none(), epoch -> {});
  }

  private static Training stored(
      TrainerConfig config, ResumeStore store, Consumer<EpochRecord> listener) {
    return new Training(config, inputs(), null, store, listener);
  }

  private static TrainingInputs inputs() {
    return TrainingInputs.of(BACKBONE, IMAGES);
  }

  private static TrainerConfig config(double rate, long seed) {
    return config(Method.HYDRA, Optimizer.ADAMW, HeadConfig.plain(3), rate, seed);
  }

  /** With an incomplete last batch, dropout and drop path. */
  private static TrainerConfig config(
      Method method, Optimizer optimizer, HeadConfig head, double rate, long seed) {
    return config(method, optimizer, head, rate, seed, /* evalEvery= */ 0);
  }

  private static TrainerConfig scored(long seed) {
    return config(Method.HYDRA, Optimizer.ADAMW, HeadConfig.plain(3), 1e-2, seed, 1);
  }

  private static TrainerConfig config(
      Method method, Optimizer optimizer, HeadConfig head, double rate, long seed, int evalEvery) {
    return new TrainerConfig(
        VIT,
        method,
        HydraConfig.both(2, 1, 0.1),
        head,
        new OptimizerConfig(optimizer, rate, 1e-3 * (seed + 1), Schedule.WARMUP_COSINE, 1, 500),
        new EpochConfig(EPOCHS, 9, true, 0, evalEvery),
        method == Method.LINEAR ? 0 : 0.3,
        Normalization.HALF,
        Precision.FP32,
        seed);
  }

  private static ImagesInMemory images(int count) {
    SplitMix64 random = new SplitMix64(1);
    int size = VIT.imageSize();
    byte[] pixels = new byte[count * size * size * 3];
    int[][] labels = new int[count][];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    for (int i = 0; i < count; i++) {
      labels[i] = new int[] {i % 3};
    }
    return new ImagesInMemory(size, pixels, labels);
  }

  private ResumeStore store(String name) {
    return new FileStore(folder.resolve(name));
  }

  private record FileStore(Path file) implements ResumeStore {
    @Override
    public Optional<Path> fetch() {
      return Optional.of(file).filter(Files::exists);
    }

    @Override
    public void store(Path state, int epochs) throws IOException {
      Files.copy(state, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
