package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static io.hydrabeam.model.train.TinyTraining.BACKBONE;
import static io.hydrabeam.model.train.TinyTraining.BATCH_NORM;
import static io.hydrabeam.model.train.TinyTraining.IMAGES;
import static io.hydrabeam.model.train.TinyTraining.assertBitEqual;
import static io.hydrabeam.model.train.TinyTraining.config;
import static io.hydrabeam.model.train.TinyTraining.train;
import static io.hydrabeam.model.train.TinyTraining.withBatch;
import static io.hydrabeam.model.train.TinyTraining.withDropPath;
import static io.hydrabeam.model.train.TinyTraining.withEpochs;
import static io.hydrabeam.model.train.TinyTraining.withHead;
import static io.hydrabeam.model.train.TinyTraining.withRate;
import static io.hydrabeam.model.train.TinyTraining.withScoring;
import static io.hydrabeam.model.train.TinyTraining.withVit;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TrainerTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"HYDRA", "LINEAR", "FULL"})
  void train_sameSeedTwice_givesTheSameBits(Method method) throws Exception {
    Map<String, HostTensor> first = train(config(method, 3, 11)).trained();
    Map<String, HostTensor> second = train(config(method, 3, 11)).trained();

    assertBitEqual(first, second);
  }

  @Test
  void train_otherSeed_givesOtherWeights() throws Exception {
    Map<String, HostTensor> first = train(config(Method.HYDRA, 3, 11)).trained();
    Map<String, HostTensor> second = train(config(Method.HYDRA, 3, 12)).trained();

    assertThat(first.get("head/kernel").bitEquals(second.get("head/kernel"))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"HYDRA", "LINEAR"})
  void train_frozenWeights_keepTheirHash(Method method) throws Exception {
    assertThat(train(config(method, 2, 1)).frozenHash()).isEqualTo(BACKBONE.hash());
  }

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"HYDRA", "LINEAR", "FULL"})
  void train_interruptedAndResumed_endsWithTheUndisturbedBits(Method method) throws Exception {
    TrainerConfig config = config(method, 6, 5);
    TrainingResult undisturbed = train(config);
    TinyTraining.FolderStore store = new TinyTraining.FolderStore(folder);
    List<Integer> epochs = new ArrayList<>();

    assertThrows(
        InterruptedException.class,
        () ->
            Trainer.train(
                config,
                TrainingInputs.of(BACKBONE, IMAGES),
                null,
                store,
                epoch -> {
                  epochs.add(epoch.epoch());
                  if (epoch.epoch() == 2) {
                    Thread.currentThread().interrupt();
                  }
                },
                TrainingGraphs.single(TensorFlowRuntime.singleThread())));
    TrainingResult resumed =
        Trainer.train(
            config,
            TrainingInputs.of(BACKBONE, IMAGES),
            null,
            store,
            epoch -> epochs.add(epoch.epoch()),
            TrainingGraphs.single(TensorFlowRuntime.singleThread()));

    assertThat(epochs).containsExactly(0, 1, 2, 3, 4, 5).inOrder();
    assertBitEqual(resumed.trained(), undisturbed.trained());
    assertThat(resumed.history()).hasSize(6);
    assertThat(resumed.history().get(1).loss()).isEqualTo(undisturbed.history().get(1).loss());
  }

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"HYDRA", "LINEAR", "FULL"})
  void train_onStreamedImages_givesTheSameBitsAsFromMemory(Method method) throws Exception {
    TrainerConfig config = config(method, 2, 5);
    StreamedImages streamed =
        new StreamedImages(IMAGES.size(), IMAGES.labels(), row -> IMAGES.pixels(new int[] {row}));
    TrainingResult result =
        Trainer.train(
            config,
            TrainingInputs.of(BACKBONE, streamed),
            null,
            new TinyTraining.FolderStore(folder),
            epoch -> {},
            TrainingGraphs.single(TensorFlowRuntime.singleThread()));
    assertBitEqual(result.trained(), train(config).trained());
  }

  @Test
  void train_damagedState_startsFromTheBeginning() throws Exception {
    TrainerConfig config = config(Method.HYDRA, 2, 5);
    Files.writeString(folder.resolve("state.safetensors"), "not a state");

    TrainingResult result = train(config, null, new TinyTraining.FolderStore(folder));

    assertBitEqual(result.trained(), train(config).trained());
  }

  @Test
  void train_onAKeptGraph_givesTheSameBitsWhateverRanBefore() throws Exception {
    TrainerConfig config = withHead(config(Method.HYDRA, 3, 5), BATCH_NORM);
    TrainerConfig otherRate = withRate(config, 0.5);
    TrainerConfig otherSeed = withHead(config(Method.HYDRA, 3, 6), BATCH_NORM);
    try (TrainingGraphs graphs =
        TrainingGraphs.keeping(TensorFlowRuntime.singleThread(), 1 << 30)) {
      for (TrainerConfig each : List.of(otherRate, otherSeed, config)) {
        TrainingResult result =
            Trainer.train(
                each,
                TrainingInputs.of(BACKBONE, IMAGES),
                null,
                ResumeStore.none(),
                e -> {},
                graphs);
        assertBitEqual(result.trained(), train(each).trained());
      }
    }
  }

  @Test
  void train_batchNorm_startsFromZeroAndStoresItsStatistics() throws Exception {
    TrainingResult result = train(withHead(config(Method.HYDRA, 1, 3), BATCH_NORM));

    assertThat(result.history().get(0).loss()).isLessThan(1.2); // ln 3 at zero logits, and falling
    assertThat(result.trained().keySet()).containsAtLeast("head/norm/mean", "head/norm/variance");
    assertThat(result.trainableParameters())
        .isEqualTo(train(config(Method.HYDRA, 1, 3)).trainableParameters());
  }

  @Test
  void train_batchNormInterruptedAndResumed_endsWithTheUndisturbedBits() throws Exception {
    EpochConfig epochs = new EpochConfig(4, 9, true, 0, 0); // 24 images: the last batch has 6
    TrainerConfig config = withEpochs(withHead(config(Method.HYDRA, 4, 5), BATCH_NORM), epochs);
    TinyTraining.FolderStore store = new TinyTraining.FolderStore(folder);
    assertThrows(
        InterruptedException.class,
        () ->
            Trainer.train(
                config,
                TrainingInputs.of(BACKBONE, IMAGES),
                null,
                store,
                epoch -> {
                  if (epoch.epoch() == 1) {
                    Thread.currentThread().interrupt();
                  }
                },
                TrainingGraphs.single(TensorFlowRuntime.singleThread())));

    assertBitEqual(train(config, null, store).trained(), train(config).trained());
  }

  @Test
  void train_batchNormFrozenAfterTheFirstEpoch_keepsItsStatistics() throws Exception {
    HeadConfig frozen =
        new HeadConfig(
            3, HeadConfig.Start.ZERO, false, HeadConfig.Norm.BATCH_FROZEN_AFTER_FIRST_EPOCH);
    Map<String, HostTensor> one = train(withHead(config(Method.HYDRA, 1, 3), frozen)).trained();
    Map<String, HostTensor> four = train(withHead(config(Method.HYDRA, 4, 3), frozen)).trained();
    Map<String, HostTensor> right =
        train(withHead(config(Method.HYDRA, 4, 3), BATCH_NORM)).trained();

    assertThat(four.get("head/norm/mean").bitEquals(one.get("head/norm/mean"))).isTrue();
    assertThat(right.get("head/norm/mean").bitEquals(one.get("head/norm/mean"))).isFalse();
    assertThat(four.get("head/kernel").bitEquals(one.get("head/kernel"))).isFalse();
  }

  @Test
  void train_orderOffset_goesOnWhereTheOrdersWouldHave() throws Exception {
    TrainerConfig plain = config(Method.LINEAR, 1, 3);
    TrainerConfig shifted = withEpochs(plain, new EpochConfig(1, 8, false, 7, 0));

    assertThat(train(shifted).history().get(0).loss())
        .isNotEqualTo(train(plain).history().get(0).loss());
  }

  @Test
  void train_stateOfAnotherSeed_isNotUsed() throws Exception {
    TinyTraining.FolderStore store = new TinyTraining.FolderStore(folder);
    TrainingState.initial("another training", Map.of("trained", new float[3]))
        .write(folder.resolve("state.safetensors"));

    TrainingResult result = train(config(Method.HYDRA, 2, 5), null, store);

    assertBitEqual(result.trained(), train(config(Method.HYDRA, 2, 5)).trained());
  }

  @Test
  void train_withoutDropPath_linearOnCachedFeaturesEqualsLinearOnPixels() throws Exception {
    Map<String, HostTensor> cached = train(config(Method.LINEAR, 4, 3)).trained();
    // The smallest positive rate forbids the shortcut, and drops nothing in practice.
    TrainerConfig exact = config(Method.LINEAR, 4, 3);
    TrainerConfig onPixels = withDropPath(exact, Double.MIN_NORMAL);
    Map<String, HostTensor> direct = train(onPixels).trained();

    cached.forEach(
        (name, tensor) -> {
          for (int i = 0; i < tensor.values().length; i++) {
            assertWithMessage(name)
                .that(tensor.values()[i])
                .isWithin(1e-5f)
                .of(direct.get(name).values()[i]);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"HYDRA", "FULL"})
  void train_fewImages_areMemorised(Method method) throws Exception {
    TrainingResult result = train(config(method, 40, 3));

    double first = result.history().get(0).loss();
    assertThat(result.lastLoss()).isLessThan(first / 4);
  }

  @Test
  void train_rateThatDiverges_failsNamingTheEpoch() {
    TrainerConfig wild = withRate(config(Method.FULL, 8, 3), 1e30);

    TrainingFailedException failure =
        assertThrows(TrainingFailedException.class, () -> train(wild));

    assertThat(failure)
        .hasMessageThat()
        .containsMatch("loss is (NaN|-?Infinity) in epoch \\d+ of 8");
    assertThat(failure).hasMessageThat().contains("lower the learning rate");
  }

  @Test
  void train_withScores_keepsTheBestEpochAndOfEqualOnesTheFirst() throws Exception {
    double[] scores = {0.2, 0.5, 0.5, 0.4};
    int[] calls = {0};
    TrainerConfig config = withScoring(config(Method.HYDRA, 8, 3), 2);

    TrainingResult result = train(config, scorer -> scores[calls[0]++], ResumeStore.none());

    assertThat(calls[0]).isEqualTo(4);
    assertThat(result.epoch()).isEqualTo(3);
    assertThat(result.evalScore()).isEqualTo(OptionalDouble.of(0.5));
    TrainingResult shorter =
        train(withScoring(config(Method.HYDRA, 4, 3), 4), s -> 1, ResumeStore.none());
    assertBitEqual(result.trained(), shorter.trained());
  }

  @Test
  void scorer_numberOfImages_isFree() throws Exception {
    List<Integer> rows = new ArrayList<>();
    TrainerConfig config = withScoring(config(Method.HYDRA, 1, 3), 1);
    Evaluation evaluation =
        scorer -> {
          float[][] all =
              scorer.logits(new ImageSamples(IMAGES.size(), IMAGES.pixels(), IMAGES.records()));
          float[][] one = scorer.logits(new ImageSamples(IMAGES.size(), IMAGES.pixels(), 1));
          rows.add(all.length);
          assertThat(one[0]).usingTolerance(1e-5).containsExactly(all[0]).inOrder();
          return 0;
        };

    assertThat(train(config, evaluation, ResumeStore.none()).epoch()).isEqualTo(0);
    assertThat(rows).containsExactly(24);
  }

  @Test
  void trainableParameters_ofVitBase16_equalThePublishedCount() {
    for (int classes : new int[] {2, 100, 397}) {
      TrainerConfig config =
          new TrainerConfig(
              VitConfig.base16(),
              Method.HYDRA,
              HydraConfig.both(2, 1, 0),
              HeadConfig.plain(classes),
              OptimizerConfig.adamW(1e-3, 1e-4),
              new EpochConfig(100, 64, false, 0, 0),
              0.1,
              Normalization.IMAGENET,
              Precision.FP32,
              0);
      assertThat(Trainer.trainableParameters(config)).isEqualTo(239_712 + 769L * classes);
    }
  }

  @Test
  void train_whatDoesNotFit_isRefusedWithBothNumbers() {
    assertThat(refused(withBatch(config(Method.HYDRA, 1, 0), 25)))
        .contains("a batch (25) needs at least as many training records (24)");
    assertThat(refused(withHead(config(Method.HYDRA, 1, 0), HeadConfig.plain(2))))
        .contains("label 2 is outside 0..1");
    assertThat(refused(withVit(config(Method.HYDRA, 1, 0), VitConfig.tiny())))
        .contains("the backbone is");
  }

  @Test
  void epochOrder_ofAnEpoch_isAPermutationThatChangesWithEpochAndSeed() {
    int[] order = EpochOrder.of(100, 1, 0);
    int[] sorted = order.clone();
    Arrays.sort(sorted);

    for (int i = 0; i < 100; i++) {
      assertThat(sorted[i]).isEqualTo(i);
    }
    assertThat(EpochOrder.of(100, 1, 0)).isEqualTo(order);
    assertThat(EpochOrder.of(100, 1, 1)).isNotEqualTo(order);
    assertThat(EpochOrder.of(100, 2, 0)).isNotEqualTo(order);
  }

  private static String refused(TrainerConfig config) {
    String message = assertThrows(IllegalArgumentException.class, () -> train(config)).getMessage();
    return message == null ? "" : message;
  }
}
