package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.ClipVectors;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CLIP's batch-normalised classifier and SGD against the original Python code. */
final class ClipTrainingTest {

  private static final double LOGITS_TOLERANCE = 5e-5;
  private static final double STATISTICS_TOLERANCE = 5e-6;
  private static final double LOSS_TOLERANCE = 2e-5;
  private static final double GRADIENT_TOLERANCE = 1e-5;
  private static final String MEAN = "head/norm/mean";
  private static final String VARIANCE = "head/norm/variance";

  @TempDir static Path folder;
  private static Backbone backbone;

  @BeforeAll
  static void loadBackbone() throws IOException {
    backbone = Backbone.load(Vectors.copy(ClipVectors.FOLDER + "openai.safetensors.gz", folder));
  }

  @Test
  void step_onTheFirstBatch_givesTheReferencesLossAndRunningStatistics() {
    JsonNode config = ClipVectors.config();
    Map<String, HostTensor> expected = ClipVectors.expected();
    try (TrainingGraph graph = graph(OptimizerConfig.sgd(1e-30, 0), false)) {
      float loss = SingleJob.train(graph, firstBatch(), 1, 0, 0, true);

      assertThat((double) loss)
          .isWithin(LOSS_TOLERANCE)
          .of(config.get("ce_loss_train_first_batch").doubleValue());
      assertClose(
          graph.state(0).get(MEAN), expected.get("bn_running_mean_after_1"), STATISTICS_TOLERANCE);
      assertClose(
          graph.state(0).get(VARIANCE),
          expected.get("bn_running_var_after_1"),
          STATISTICS_TOLERANCE);
      float evaluated = SingleJob.train(graph, firstBatch(), 2, 0, 0, false);
      assertThat((double) evaluated)
          .isWithin(LOSS_TOLERANCE)
          .of(config.get("ce_loss_eval_after_1").doubleValue());
    }
  }

  @Test
  void binaryLoss_onTheReferencesTargets_isItsValue() {
    try (TrainingGraph graph = graph(OptimizerConfig.sgd(1e-30, 0), true)) {
      float unused = SingleJob.train(graph, firstBatch(), 1, 0, 0, true);

      assertThat((double) SingleJob.train(graph, firstBatch(), 2, 0, 0, false))
          .isWithin(LOSS_TOLERANCE)
          .of(ClipVectors.config().get("bce_with_logits_eval_after_1").doubleValue());
    }
  }

  @ParameterizedTest
  @CsvSource({"train., true", "eval., false"})
  void gradients_inBothModes_equalTheReference(String prefix, boolean batchStatistics) {
    Map<String, HostTensor> expected =
        trained(Vectors.tensors(ClipVectors.FOLDER + "gradients.safetensors"), prefix);
    try (TrainingGraph graph = graph(OptimizerConfig.sgd(1e-30, 0), false)) {
      if (!batchStatistics) {
        float unused =
            SingleJob.train(graph, firstBatch(), 1, 0, 0, true); // leaves running statistics only
      }
      Map<String, HostTensor> gradients = graph.gradients(firstBatch(), null, batchStatistics);

      assertThat(gradients.keySet()).containsExactlyElementsIn(expected.keySet());
      expected.forEach(
          (name, gradient) ->
              assertClose(
                  gradients.get(name).values(),
                  gradient,
                  GRADIENT_TOLERANCE + 1e-4 * largest(gradient)));
    }
  }

  @ParameterizedTest
  @CsvSource({"T, 5e-6", "S, 5e-6", "W, 1e-5"})
  void sgd_fromTheTextHead_endsWithTheReferencesTensors(String run, double tolerance) {
    JsonNode settings = ClipVectors.config().get("sgd").get(run);
    OptimizerConfig optimizer =
        OptimizerConfig.sgd(
            settings.get("lr").doubleValue(), settings.get("weight_decay").doubleValue());
    try (TrainingGraph graph = graph(optimizer, false)) {
      for (int step = 0; step < settings.get("batches").size(); step++) {
        float loss =
            SingleJob.train(
                graph,
                ints(settings.get("batches").get(step)),
                step + 1,
                optimizer.rate(0, 0, 1),
                optimizer.weightDecay(),
                settings.get("mode_per_step").get(step).asText().equals("train"));
        assertWithMessage("loss of step %s", step)
            .that((double) loss)
            .isWithin(LOSS_TOLERANCE)
            .of(settings.get("loss_per_step").get(step).doubleValue());
      }

      Map<String, HostTensor> file = Vectors.tensors(ClipVectors.FOLDER + "sgd_final.safetensors");
      Map<String, float[]> state = graph.state(0);
      Map<String, HostTensor> ended = layout().split(state.get(TrainingGraph.TRAINED));
      trained(file, run + ".")
          .forEach((name, tensor) -> assertClose(ended.get(name).values(), tensor, tolerance));
      assertClose(state.get(MEAN), file.get(run + ".channel_bn.running_mean"), tolerance);
      assertClose(state.get(VARIANCE), file.get(run + ".channel_bn.running_var"), tolerance);
    }
  }

  private static TrainingGraph graph(OptimizerConfig optimizer, boolean multilabel) {
    HostTensor images = ClipVectors.images();
    int count = images.shape()[0];
    TrainerConfig config =
        new TrainerConfig(
            ClipVectors.image(),
            Method.HYDRA,
            ClipVectors.hydra(),
            new HeadConfig(
                ClipVectors.classes(), HeadConfig.Start.GIVEN, multilabel, HeadConfig.Norm.BATCH),
            optimizer,
            new EpochConfig(1, firstBatch().length, true, 0, 0),
            0,
            Normalization.NONE,
            Precision.FP32,
            0);
    TrainingGraph graph =
        new TrainingGraph(
            config,
            VitParameters.shapes(ClipVectors.image()),
            layout(),
            TrainingGraph.Input.NORMALIZED,
            count,
            4,
            1,
            TensorFlowRuntime.singleThread());
    graph.initializeFrozen(FrozenTensors.of(backbone.parameters(), Precision.FP32));
    Map<String, HostTensor> start = new LinkedHashMap<>(ClipVectors.adapters());
    start.putAll(ClipVectors.head());
    graph.setStates(List.of(graph.initialState(layout().join(start))));
    graph.setData(Tensors.of(images));
    graph.setTargets(new Targets.Labels(multilabel ? severalLabels(count) : labels()));
    return graph;
  }

  private static int[][] labels() {
    return Arrays.stream(
            Vectors.integers(ClipVectors.FOLDER + "inputs.safetensors.gz").get("labels"))
        .mapToObj(label -> new int[] {label})
        .toArray(int[][]::new);
  }

  /** Those of the first batch; the other images have none. */
  private static int[][] severalLabels(int count) {
    int[] hot =
        Vectors.integers(ClipVectors.FOLDER + "inputs.safetensors.gz").get("multilabel_targets");
    int classes = ClipVectors.classes();
    int[][] labels = new int[count][];
    for (int i = 0; i < count; i++) {
      int row = i;
      labels[i] =
          IntStream.range(0, classes)
              .filter(c -> row * classes + c < hot.length && hot[row * classes + c] == 1)
              .toArray();
    }
    return labels;
  }

  private static FlatLayout layout() {
    Map<String, int[]> shapes =
        new LinkedHashMap<>(HydraParameters.shapes(ClipVectors.image(), ClipVectors.hydra()));
    shapes.putAll(VitParameters.headShapes(ClipVectors.image(), ClipVectors.classes()));
    return new FlatLayout(shapes);
  }

  /** Of a file's tensors those that start with {@code prefix}, under canonical names. */
  private static Map<String, HostTensor> trained(Map<String, HostTensor> file, String prefix) {
    Map<String, HostTensor> own = new LinkedHashMap<>();
    file.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            own.put(name.substring(prefix.length()).replaceFirst("^backbone\\.", ""), tensor);
          }
        });
    Map<String, HostTensor> named = new LinkedHashMap<>(ClipVectors.adapters(own));
    named.put("head/kernel", ClipVectors.transposed(own.get("layers.0.weight")));
    named.put("head/bias", own.get("layers.0.bias"));
    return named;
  }

  private static int[] firstBatch() {
    return ints(ClipVectors.config().get("first_batch"));
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  private static void assertClose(float[] actual, HostTensor expected, double tolerance) {
    assertThat(VitVectors.distance(actual, expected.values())).isAtMost(tolerance);
  }

  private static double largest(HostTensor tensor) {
    return VitVectors.distance(tensor.values(), new float[tensor.values().length]);
  }
}
