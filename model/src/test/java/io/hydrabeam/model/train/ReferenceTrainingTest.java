package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The training graph against gradients and whole trainings of the original Python code. */
final class ReferenceTrainingTest {

  private static final double GRADIENT_TOLERANCE = 1e-5;
  private static final double LOSS_TOLERANCE = 5e-5;

  @Test
  void gradients_ofEveryTrainedTensor_equalTheReference() {
    Map<String, HostTensor> expected =
        VitVectors.trained(Vectors.tensors("vit_hydra/gradients.safetensors"));
    HostTensor images =
        VitVectors.channelsLast(Vectors.tensors("vit_hydra/inputs.safetensors").get("images"));
    int[] labels = Vectors.integers("vit_hydra/inputs.safetensors").get("labels");
    try (TrainingGraph graph = graph(labels.length, images, labels, 0.01, 0)) {
      graph.setStates(List.of(graph.initialState(layout().join(startingPoint()))));

      Map<String, HostTensor> gradients = graph.gradients(range(labels.length), null, true);

      assertThat(gradients.keySet()).containsExactlyElementsIn(expected.keySet());
      expected.forEach(
          (name, gradient) ->
              assertWithMessage(name)
                  .that(VitVectors.distance(gradients.get(name).values(), gradient.values()))
                  .isAtMost(GRADIENT_TOLERANCE + 1e-4 * largest(gradient)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "A_, final_A.safetensors, 2e-5",
    "B_, final_B.safetensors, 2e-5",
    "C_, final_C.safetensors, 1e-4",
    "D_, final_D.safetensors, 1e-4"
  })
  void training_fromTheReferenceState_endsWithItsWeights(
      String run, String finalFile, double tolerance) {
    JsonNode settings = run(run);
    HostTensor images =
        VitVectors.channelsLast(
            Vectors.tensors("vit_hydra_train/inputs.safetensors.gz").get("images"));
    int[] labels = Vectors.integers("vit_hydra_train/inputs.safetensors.gz").get("labels");
    JsonNode batches = settings.get("batches");
    int batch = batches.get(0).get(0).size();
    try (TrainingGraph graph =
        graph(
            batch,
            images,
            labels,
            settings.get("base_lr").doubleValue(),
            settings.get("weight_decay").doubleValue())) {
      graph.setStates(List.of(graph.initialState(layout().join(startingPoint()))));
      int step = 0;
      for (int epoch = 0; epoch < batches.size(); epoch++) {
        double rate = settings.get("lr_per_epoch").get(epoch).doubleValue();
        for (JsonNode rows : batches.get(epoch)) {
          double expected = settings.get("loss_per_step").get(step).doubleValue();
          float loss =
              SingleJob.train(
                  graph,
                  ints(rows),
                  ++step,
                  rate,
                  settings.get("weight_decay").doubleValue(),
                  true);
          assertWithMessage("loss of step %s", step)
              .that((double) loss)
              .isWithin(LOSS_TOLERANCE)
              .of(expected);
        }
      }
      Map<String, HostTensor> trained = layout().split(graph.state(0).get(TrainingGraph.TRAINED));
      Map<String, HostTensor> expected =
          VitVectors.trained(Vectors.tensors("vit_hydra_train/" + finalFile));
      assertThat(trained.keySet()).containsExactlyElementsIn(expected.keySet());
      expected.forEach(
          (name, tensor) ->
              assertWithMessage(name)
                  .that(VitVectors.distance(trained.get(name).values(), tensor.values()))
                  .isAtMost(tolerance));
    }
  }

  private static JsonNode run(String prefix) {
    JsonNode runs = Vectors.json("vit_hydra_train/runs.json").get("runs");
    for (var fields = runs.fields(); fields.hasNext(); ) {
      var field = fields.next();
      if (field.getKey().startsWith(prefix)) {
        return field.getValue();
      }
    }
    throw new AssertionError("no run " + prefix);
  }

  private static Map<String, HostTensor> startingPoint() {
    return VitVectors.trained(Vectors.tensors("vit_hydra/adapters.safetensors"));
  }

  private static FlatLayout layout() {
    Map<String, int[]> shapes =
        new LinkedHashMap<>(HydraParameters.shapes(Vectors.vit(), Vectors.hydra()));
    shapes.putAll(VitParameters.headShapes(Vectors.vit(), classes()));
    return new FlatLayout(shapes);
  }

  private static int classes() {
    return Vectors.json("vit_hydra/config.json").get("num_classes").intValue();
  }

  private static TrainingGraph graph(
      int batch, HostTensor images, int[] labels, double learningRate, double weightDecay) {
    TrainerConfig config =
        new TrainerConfig(
            Vectors.vit(),
            Method.HYDRA,
            Vectors.hydra(),
            HeadConfig.plain(classes()),
            OptimizerConfig.adamW(learningRate, weightDecay),
            new EpochConfig(1, batch, false, 0, 0),
            0,
            Normalization.NONE,
            Precision.FP32,
            0);
    TrainingGraph graph =
        new TrainingGraph(
            config,
            VitParameters.shapes(Vectors.vit()),
            layout(),
            TrainingGraph.Input.NORMALIZED,
            labels.length,
            4,
            1,
            TensorFlowRuntime.singleThread());
    graph.initializeFrozen(FrozenTensors.of(VitVectors.backbone(), Precision.FP32));
    graph.setData(Tensors.of(images));
    graph.setTargets(
        new Targets.Labels(
            Arrays.stream(labels).mapToObj(label -> new int[] {label}).toArray(int[][]::new)));
    return graph;
  }

  private static int[] range(int count) {
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = i;
    }
    return rows;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  private static double largest(HostTensor tensor) {
    return VitVectors.distance(tensor.values(), new float[tensor.values().length]);
  }
}
