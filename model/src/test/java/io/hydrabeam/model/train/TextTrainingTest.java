package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.adapters.HydraMerge;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training of a small RoBERTa. */
class TextTrainingTest {

  private static final int VOCABULARY = 50;

  private static final RobertaConfig ROBERTA = RobertaConfig.tiny(VOCABULARY);

  private static final HydraConfig HYDRA = HydraConfig.plain(4, 8, Branches.BOTH);

  private static final Backbone BACKBONE = Backbone.random(ROBERTA, 5);

  private static final TensorFlowRuntime RUNTIME = TensorFlowRuntime.singleThread();

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"HYDRA", "LINEAR", "FULL"})
  void train_learnsWhichTokenATextHolds(Method method) throws Exception {
    TextSet set = texts(48, 1);
    List<EpochRecord> epochs = new ArrayList<>();

    TrainingResult result =
        train(config(method, 12, 8, 0.1), set, epochs, HeadConfig.Loss.CROSS_ENTROPY);

    assertThat(result.lastLoss()).isLessThan(0.8 * epochs.get(0).loss());
    // All but FULL leave the body as it was; what is trained is counted.
    long head = count(BackboneParameters.headShapes(ROBERTA, 2));
    assertThat(result.trainableParameters())
        .isEqualTo(
            switch (method) {
              case HYDRA -> head + ROBERTA.depth() * ((64 + 32) * 4 + (32 + 32) * 8);
              case FULL -> head + count(BackboneParameters.shapes(ROBERTA));
              default -> head;
            });
  }

  @Test
  void train_ofNumbers_makesTheSquaredErrorSmall() throws Exception {
    TextSet labelled = texts(32, 2);
    float[] numbers = new float[32];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = 5 * ((Targets.Labels) labelled.targets()).labels()[i][0];
    }
    TextSet set = new TextSet(labelled.ids(), new Targets.Numbers(numbers));
    List<EpochRecord> epochs = new ArrayList<>();

    TrainingResult result =
        train(config(Method.HYDRA, 12, 8, 0), set, epochs, HeadConfig.Loss.SQUARED_ERROR);

    assertThat(result.lastLoss()).isLessThan(0.5 * epochs.get(0).loss());
    assertThat(result.trained().get("head/bias").shape()).asList().containsExactly(1);
  }

  @Test
  void train_twice_givesTheSameBits() throws Exception {
    TextSet set = texts(20, 3);
    TrainingResult one =
        train(
            config(Method.HYDRA, 2, 6, 0.1), set, new ArrayList<>(), HeadConfig.Loss.CROSS_ENTROPY);
    TrainingResult two =
        train(
            config(Method.HYDRA, 2, 6, 0.1), set, new ArrayList<>(), HeadConfig.Loss.CROSS_ENTROPY);
    one.trained()
        .forEach(
            (name, tensor) ->
                assertWithMessage(name).that(tensor.bitEquals(two.trained().get(name))).isTrue());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradients_ofEveryTrainedTensor_areTheDifferenceQuotients(boolean regression)
      throws Exception {
    TrainerConfig config =
        withLoss(
            config(Method.HYDRA, 1, 3, 0),
            regression ? HeadConfig.Loss.SQUARED_ERROR : HeadConfig.Loss.CROSS_ENTROPY);
    TextSet set = texts(3, 4);
    if (regression) {
      set = new TextSet(set.ids(), new Targets.Numbers(new float[] {0.5f, 2, 4}));
    }
    FlatLayout layout = new FlatLayout(TrainedParameters.shapes(config));
    SplitMix64 random = new SplitMix64(9);
    float[] at = new float[layout.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = (float) (0.3 * random.nextGaussian());
    }
    int[] rows = {0, 1, 2};
    try (TrainingGraph graph = graph(config, layout, set)) {
      graph.setStates(List.of(graph.initialState(at)));
      float[] gradient = layout.join(graph.gradients(rows, set.samples(rows), true));
      for (int trial = 0; trial < 6; trial++) {
        float[] direction = new float[at.length];
        double analytic = 0;
        for (int i = 0; i < at.length; i++) {
          direction[i] = random.nextDouble() < 0.5 ? -1 : 1;
          analytic += gradient[i] * direction[i];
        }
        double step = 2e-4;
        double quotient =
            (loss(graph, set, moved(at, direction, step))
                    - loss(graph, set, moved(at, direction, -step)))
                / (2 * step);
        assertThat(quotient).isWithin(2e-2 * Math.max(1, Math.abs(analytic))).of(analytic);
      }
    }
  }

  @Test
  void padding_changesNothing() {
    Map<String, HostTensor> parameters = new LinkedHashMap<>(BACKBONE.parameters());
    parameters.putAll(head());
    int[][] ids = texts(9, 6).ids();
    try (Classifier classifier = classifier(parameters, 4)) {
      float[][] together = classifier.logits(new TextSamples(ids));
      for (int i = 0; i < ids.length; i++) {
        // A text of 16 tokens more or less is padded to another length.
        float[] alone = classifier.logits(new TextSamples(new int[][] {ids[i]}))[0];
        assertThat(alone).usingTolerance(1e-5).containsExactly(together[i]).inOrder();
      }
      int[] longer = Arrays.copyOf(ids[0], ids[0].length + 1);
      longer[ids[0].length] = 7;
      assertThat(classifier.logits(new TextSamples(new int[][] {longer}))[0])
          .usingTolerance(1e-6)
          .doesNotContain(together[0][0]);
    }
  }

  @Test
  void merge_ofATrainedAdapter_changesNoScore() throws Exception {
    TextSet set = texts(24, 7);
    TrainingResult result =
        train(
            config(Method.HYDRA, 4, 8, 0.1), set, new ArrayList<>(), HeadConfig.Loss.CROSS_ENTROPY);
    Map<String, HostTensor> adapted = new LinkedHashMap<>(BACKBONE.parameters());
    adapted.putAll(result.trained());
    try (Classifier beside =
            Classifier.openAdapted(
                ROBERTA, HYDRA, adapted, Normalization.NONE, Precision.FP32, 8, RUNTIME);
        Classifier merged =
            classifier(HydraMerge.merge(BACKBONE.parameters(), result.trained(), HYDRA), 8)) {
      float[][] expected = beside.logits(new TextSamples(set.ids()));
      float[][] actual = merged.logits(new TextSamples(set.ids()));
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).usingTolerance(1e-5).containsExactly(expected[i]).inOrder();
      }
    }
  }

  @Test
  void order_putsTextsOfOneLengthIntoAStep_andLosesNone() {
    TextSet set = texts(57, 8);
    int[] order = EpochOrder.of(set, 1, 0, 4);

    assertThat(Arrays.stream(order).boxed().toList())
        .containsExactlyElementsIn(IntStream.range(0, 57).boxed().toList());
    int mixed = 0;
    for (int start = 0; start + 4 <= 57; start += 4) {
      long buckets = Arrays.stream(order, start, start + 4).map(set::bucket).distinct().count();
      mixed += buckets > 1 ? 1 : 0;
    }
    // At most three texts of each length are left over.
    long lengths = IntStream.range(0, 57).map(set::bucket).distinct().count();
    assertThat(lengths).isAtLeast(2);
    assertThat(mixed).isAtMost((int) lengths);
  }

  @Test
  void train_refusesWhatDoesNotFit() {
    TextSet set = texts(8, 9);
    assertThat(
            refused(
                config(Method.HYDRA, 1, 4, 0),
                new TextSet(new int[][] {{0, VOCABULARY, 2}}, one())))
        .contains("token 50 is outside the backbone's vocabulary of 50");
    assertThat(
            refused(config(Method.HYDRA, 1, 4, 0), new TextSet(new int[][] {new int[63]}, one())))
        .contains("a text has 63 tokens, the backbone takes 1 to 62");
    assertThat(
            assertThrows(IllegalArgumentException.class, () -> set.requireFit(VitConfig.tiny()))
                .getMessage())
        .contains("the records are texts, the backbone reads images");
    assertThat(refused(withLoss(config(Method.HYDRA, 1, 4, 0), HeadConfig.Loss.SQUARED_ERROR), set))
        .contains("a regression needs numbers");
  }

  private static Targets one() {
    return new Targets.Labels(new int[][] {{0}});
  }

  private static String refused(TrainerConfig config, TextSet set) {
    TrainerConfig one =
        new TrainerConfig(
            config.model(),
            config.method(),
            config.hydra(),
            config.head(),
            config.optimizer(),
            new EpochConfig(1, 1, true, 0, 0),
            0,
            0,
            config.normalization(),
            config.precision(),
            0);
    return assertThrows(
            IllegalArgumentException.class, () -> TrainingInputs.of(BACKBONE, set).requireFit(one))
        .getMessage();
  }

  private static Classifier classifier(Map<String, HostTensor> parameters, int batch) {
    return Classifier.open(ROBERTA, parameters, Normalization.NONE, Precision.FP32, batch, RUNTIME);
  }

  private static Map<String, HostTensor> head() {
    SplitMix64 random = new SplitMix64(3);
    Map<String, HostTensor> head = new LinkedHashMap<>();
    BackboneParameters.headShapes(ROBERTA, 2)
        .forEach(
            (name, shape) -> {
              HostTensor tensor = HostTensor.zeros(shape);
              for (int i = 0; i < tensor.values().length; i++) {
                tensor.values()[i] = (float) (0.3 * random.nextGaussian());
              }
              head.put(name, tensor);
            });
    return head;
  }

  private static TrainingGraph graph(TrainerConfig config, FlatLayout layout, TextSet set) {
    TrainingGraph graph =
        new TrainingGraph(
            config,
            BackboneParameters.shapes(ROBERTA),
            layout,
            TrainingGraph.Input.FED,
            set.records(),
            4,
            1,
            RUNTIME);
    graph.initializeFrozen(FrozenTensors.of(BACKBONE.parameters(), Precision.FP32));
    graph.setTargets(set.targets());
    return graph;
  }

  private static double loss(TrainingGraph graph, TextSet set, float[] at) {
    graph.setStates(List.of(graph.initialState(at)));
    int[] rows = {0, 1, 2};
    return graph.train(rows, set.samples(rows), 1, new double[] {0}, new double[] {0}, true)[0];
  }

  private static float[] moved(float[] at, float[] direction, double step) {
    float[] moved = at.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (step * direction[i]);
    }
    return moved;
  }

  private static TrainingResult train(
      TrainerConfig config, TextSet set, List<EpochRecord> epochs, HeadConfig.Loss loss)
      throws Exception {
    try (TrainingGraphs graphs = TrainingGraphs.single(RUNTIME)) {
      return Trainer.train(
          withLoss(config, loss),
          TrainingInputs.of(BACKBONE, set),
          null,
          ResumeStore.none(),
          epochs::add,
          graphs);
    }
  }

  private static TrainerConfig config(Method method, int epochs, int batch, double dropout) {
    return new TrainerConfig(
        ROBERTA,
        method,
        HYDRA,
        HeadConfig.plain(2),
        OptimizerConfig.transformers(1e-2, 0.1),
        new EpochConfig(epochs, batch, true, 0, 0),
        0,
        method == Method.LINEAR ? 0 : dropout,
        Normalization.NONE,
        Precision.FP32,
        11);
  }

  private static TrainerConfig withLoss(TrainerConfig config, HeadConfig.Loss loss) {
    return new TrainerConfig(
        config.model(),
        config.method(),
        config.hydra(),
        new HeadConfig(
            loss == HeadConfig.Loss.SQUARED_ERROR ? 1 : 2,
            HeadConfig.Start.UNIFORM,
            loss,
            HeadConfig.Norm.NONE),
        config.optimizer(),
        config.epochs(),
        0,
        config.dropout(),
        config.normalization(),
        config.precision(),
        config.seed());
  }

  private static long count(Map<String, int[]> shapes) {
    return shapes.values().stream()
        .mapToLong(shape -> Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b))
        .sum();
  }

  /** Texts of 3 to 40 tokens; those of class 1 hold many tokens of the vocabulary's second half. */
  private static TextSet texts(int count, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    int[][] ids = new int[count][];
    int[][] labels = new int[count][];
    for (int i = 0; i < count; i++) {
      labels[i] = new int[] {i % 2};
      ids[i] = new int[3 + random.nextInt(38)];
      for (int t = 1; t < ids[i].length - 1; t++) {
        ids[i][t] = 4 + 23 * (i % 2) + random.nextInt(20);
      }
      ids[i][0] = 0;
      ids[i][ids[i].length - 1] = 2;
    }
    return new TextSet(ids, new Targets.Labels(labels));
  }
}
