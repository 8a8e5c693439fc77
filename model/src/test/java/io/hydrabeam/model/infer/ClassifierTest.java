package io.hydrabeam.model.infer;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.adapters.HydraMerge;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.train.BatchScorer;
import io.hydrabeam.model.train.EpochConfig;
import io.hydrabeam.model.train.HeadConfig;
import io.hydrabeam.model.train.ImagesInMemory;
import io.hydrabeam.model.train.ResumeStore;
import io.hydrabeam.model.train.Trainer;
import io.hydrabeam.model.train.TrainerConfig;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.model.train.TrainingInputs;
import io.hydrabeam.model.train.TrainingResult;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Optimizer;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Schedule;
import io.hydrabeam.protos.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClassifierTest {

  private static final VitConfig VIT = VitConfig.tiny();
  private static final int CLASSES = 5;
  private static final TensorFlowRuntime RUNTIME = TensorFlowRuntime.singleThread();

  @ParameterizedTest
  @EnumSource(
      value = Branches.class,
      names = {"BOTH", "PARALLEL", "SEQUENTIAL"})
  void logits_ofTheMergedModel_equalTheTrainedOnesAndDifferFromTheBackbone(Branches branches)
      throws Exception {
    HydraConfig hydra = new HydraConfig(2, 1.5, 0, branches, EnumSet.of(Site.ATTENTION, Site.MLP));
    Backbone backbone = Backbone.random(VIT, 5);
    ImagesInMemory images = images(10);
    float[][][] unmerged = new float[1][][];
    TrainingResult result =
        Trainer.train(
            config(hydra),
            TrainingInputs.of(backbone, images),
            (BatchScorer scorer) -> {
              unmerged[0] =
                  scorer.logits(new ImageSamples(images.size(), images.pixels(), images.records()));
              return 0;
            },
            ResumeStore.none(),
            epoch -> {},
            TrainingGraphs.single(RUNTIME));

    float[][] merged =
        logits(HydraMerge.merge(backbone.parameters(), result.trained(), hydra), images);
    Map<String, HostTensor> bare = new HashMap<>(backbone.parameters());
    bare.put("head/kernel", result.trained().get("head/kernel"));
    bare.put("head/bias", result.trained().get("head/bias"));

    assertThat(distance(merged, unmerged[0])).isAtMost(5e-5);
    assertThat(distance(merged, logits(bare, images))).isGreaterThan(1e-3);
  }

  @Test
  void probabilities_ofAnyNumberOfImages_sumToOneAndFollowTheLogits() {
    ImagesInMemory images = images(7);
    try (Classifier classifier =
        Classifier.open(VIT, parameters(), Normalization.HALF, Precision.FP32, 3, RUNTIME)) {
      float[][] probabilities =
          classifier.probabilities(new ImageSamples(images.size(), images.pixels(), 7));
      float[][] logits = classifier.logits(new ImageSamples(images.size(), images.pixels(), 7));

      assertThat(probabilities).hasLength(7);
      for (int i = 0; i < 7; i++) {
        double sum = 0;
        double total = 0;
        for (int c = 0; c < CLASSES; c++) {
          sum += probabilities[i][c];
          total += Math.exp(logits[i][c]);
        }
        assertThat(sum).isWithin(1e-6).of(1);
        assertWithMessage("image %s", i)
            .that((double) probabilities[i][1])
            .isWithin(1e-6)
            .of(Math.exp(logits[i][1]) / total);
      }
    }
  }

  /** bfloat16 keeps 8 bits: products of this size are off by a percent of the largest logit. */
  @Test
  void logits_inBfloat16_areNearThoseInSinglePrecision() {
    ImagesInMemory images = images(4);
    try (Classifier half =
            Classifier.open(VIT, parameters(), Normalization.HALF, Precision.BF16, 4, RUNTIME);
        Classifier single =
            Classifier.open(VIT, parameters(), Normalization.HALF, Precision.FP32, 4, RUNTIME)) {
      float[][] expected = single.logits(new ImageSamples(images.size(), images.pixels(), 4));
      double difference =
          distance(half.logits(new ImageSamples(images.size(), images.pixels(), 4)), expected);
      double largest = distance(expected, new float[4][CLASSES]);

      assertThat(difference).isGreaterThan(0.0);
      assertThat(difference).isAtMost(0.03 * largest);
    }
  }

  @Test
  void classifiers_ofOneProcessAtOnce_keepTheirWeights() {
    ImagesInMemory images = images(4);
    Map<String, HostTensor> others = new HashMap<>(Initializers.backbone(VIT, 99));
    others.putAll(Initializers.head(VIT, CLASSES, 99));
    try (Classifier first =
            Classifier.open(VIT, parameters(), Normalization.HALF, Precision.FP32, 4, RUNTIME);
        Classifier second =
            Classifier.open(VIT, others, Normalization.HALF, Precision.FP32, 4, RUNTIME)) {
      float[][] before = first.logits(new ImageSamples(images.size(), images.pixels(), 4));
      float[][] other = second.logits(new ImageSamples(images.size(), images.pixels(), 4));

      assertThat(first.logits(new ImageSamples(images.size(), images.pixels(), 4)))
          .isEqualTo(before);
      assertThat(second.logits(new ImageSamples(images.size(), images.pixels(), 4)))
          .isEqualTo(other);
      assertThat(distance(before, other)).isGreaterThan(1e-2);
    }
  }

  @Test
  void logits_byThreadsThatShareAClassifier_areThoseOfOneThread() throws Exception {
    int threads = 4;
    int rounds = 5;
    ImagesInMemory images = images(threads);
    int image = images.pixels().length / threads;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Classifier alone =
            Classifier.open(VIT, parameters(), Normalization.HALF, Precision.FP32, 1, RUNTIME);
        Classifier shared =
            Classifier.open(VIT, parameters(), Normalization.HALF, Precision.FP32, 1, RUNTIME)) {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int i = 0; i < threads * rounds; i++) {
        int start = i % threads * image;
        byte[] own = Arrays.copyOfRange(images.pixels(), start, start + image);
        results.add(pool.submit(() -> shared.logits(new ImageSamples(images.size(), own, 1))));
      }
      float[][] expected = alone.logits(new ImageSamples(images.size(), images.pixels(), threads));
      for (int i = 0; i < results.size(); i++) {
        assertWithMessage("run %s", i)
            .that(results.get(i).get()[0])
            .isEqualTo(expected[i % threads]);
      }
      assertThat(expected[0]).isNotEqualTo(expected[1]);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void logits_ofPaddedAndFullBatches_areTheSame() {
    ImagesInMemory images = images(4);
    try (Classifier padded =
            Classifier.open(VIT, parameters(), Normalization.HALF, Precision.FP32, 3, RUNTIME);
        Classifier full =
            Classifier.open(VIT, parameters(), Normalization.HALF, Precision.FP32, 4, RUNTIME)) {
      assertThat(
              distance(
                  padded.logits(new ImageSamples(images.size(), images.pixels(), 4)),
                  full.logits(new ImageSamples(images.size(), images.pixels(), 4))))
          .isAtMost(1e-5);
    }
  }

  @Test
  void open_withoutHead_isRefused() {
    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () ->
                    Classifier.open(
                        VIT,
                        Initializers.backbone(VIT, 1),
                        Normalization.HALF,
                        Precision.FP32,
                        3,
                        RUNTIME)))
        .hasMessageThat()
        .contains("no head");
  }

  @Test
  void adapters_ofAFreshRun_changeNothing() {
    HydraConfig hydra = HydraConfig.both(2, 3, 0);
    Map<String, HostTensor> adapters = new LinkedHashMap<>(Initializers.adapters(VIT, hydra, 1));
    assertThat(adapters.keySet())
        .containsExactlyElementsIn(HydraParameters.shapes(VIT, hydra).keySet());
    adapters.putAll(Initializers.head(VIT, CLASSES, 2));

    Map<String, HostTensor> merged =
        HydraMerge.merge(Initializers.backbone(VIT, 1), adapters, hydra);

    parameters()
        .forEach(
            (name, value) ->
                assertWithMessage(name).that(merged.get(name).bitEquals(value)).isTrue());
  }

  private static Map<String, HostTensor> parameters() {
    Map<String, HostTensor> parameters = new HashMap<>(Initializers.backbone(VIT, 1));
    parameters.putAll(Initializers.head(VIT, CLASSES, 2));
    return parameters;
  }

  private static float[][] logits(Map<String, HostTensor> parameters, ImagesInMemory images) {
    try (Classifier classifier =
        Classifier.open(VIT, parameters, Normalization.HALF, Precision.FP32, 4, RUNTIME)) {
      return classifier.logits(new ImageSamples(images.size(), images.pixels(), images.records()));
    }
  }

  private static TrainerConfig config(HydraConfig hydra) {
    return new TrainerConfig(
        VIT,
        Method.HYDRA,
        hydra,
        HeadConfig.plain(CLASSES),
        new OptimizerConfig(Optimizer.ADAMW, 1e-2, 1e-4, Schedule.WARMUP_COSINE, 0, 500),
        new EpochConfig(5, 5, false, 0, 5),
        0,
        Normalization.HALF,
        Precision.FP32,
        3);
  }

  private static ImagesInMemory images(int count) {
    SplitMix64 random = new SplitMix64(9);
    byte[] pixels = new byte[count * VIT.imageSize() * VIT.imageSize() * 3];
    int[][] labels = new int[count][];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    for (int i = 0; i < count; i++) {
      labels[i] = new int[] {i % CLASSES};
    }
    return new ImagesInMemory(VIT.imageSize(), pixels, labels);
  }

  private static double distance(float[][] actual, float[][] expected) {
    assertThat(actual).hasLength(expected.length);
    double distance = 0;
    for (int i = 0; i < actual.length; i++) {
      for (int c = 0; c < actual[i].length; c++) {
        distance = Math.max(distance, Math.abs(actual[i][c] - expected[i][c]));
      }
    }
    return distance;
  }
}
