package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Site;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients of every ablation against central differences, with dropout and drop path at work. */
final class TrainingGradientTest {

  private static final VitConfig VIT =
      new VitConfig(16, 8, 16, 2, 2, 32, VitConfig.EPSILON_DEFAULT);
  private static final int BATCH = 6;
  private static final int CLASSES = 3;

  @ParameterizedTest
  @CsvSource({
    "BOTH, true, true",
    "PARALLEL, true, true",
    "SEQUENTIAL, true, true",
    "BOTH, true, false",
    "BOTH, false, true"
  })
  void gradients_inTraining_equalCentralDifferences(
      Branches branches, boolean attention, boolean mlp) {
    EnumSet<Site> sites = EnumSet.noneOf(Site.class);
    if (attention) {
      sites.add(Site.ATTENTION);
    }
    if (mlp) {
      sites.add(Site.MLP);
    }
    HydraConfig hydra = new HydraConfig(3, 1.3, 0.3, branches, sites);
    Map<String, int[]> shapes = new LinkedHashMap<>(HydraParameters.shapes(VIT, hydra));
    shapes.putAll(VitParameters.headShapes(VIT, CLASSES));
    FlatLayout layout = new FlatLayout(shapes);
    SplitMix64 random = new SplitMix64(2);
    float[] at = new float[layout.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = (float) (0.3 * random.nextGaussian());
    }
    try (TrainingGraph graph = graph(hydra, layout, random, Precision.FP32)) {
      graph.setStates(List.of(graph.initialState(at)));
      float[] gradient = layout.join(graph.gradients(rows(), null, true));
      double largest = 0;
      for (float g : gradient) {
        largest = Math.max(largest, Math.abs(g));
      }
      assertThat(largest).isGreaterThan(0.01);
      for (int probe = 0; probe < 25; probe++) {
        int i = random.nextInt(at.length);
        assertWithMessage("coordinate %s", i)
            .that((double) gradient[i])
            .isWithin(2e-3 + 1e-2 * largest)
            .of(centralDifference(graph, at, i));
      }
    }
  }

  /** Rounding to bfloat16 turns the gradient by a few degrees at most. */
  @Test
  void gradients_inBfloat16_pointWhereSinglePrecisionsDo() {
    HydraConfig hydra = new HydraConfig(3, 1.3, 0.3, Branches.BOTH, EnumSet.allOf(Site.class));
    Map<String, int[]> shapes = new LinkedHashMap<>(HydraParameters.shapes(VIT, hydra));
    shapes.putAll(VitParameters.headShapes(VIT, CLASSES));
    FlatLayout layout = new FlatLayout(shapes);
    SplitMix64 random = new SplitMix64(2);
    float[] at = new float[layout.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = (float) (0.3 * random.nextGaussian());
    }
    float[] single = gradient(hydra, layout, at, Precision.FP32);
    float[] half = gradient(hydra, layout, at, Precision.BF16);
    assertThat(cosine(single, half)).isGreaterThan(0.995);
    assertThat(half).isNotEqualTo(single);
  }

  private static float[] gradient(
      HydraConfig hydra, FlatLayout layout, float[] at, Precision precision) {
    try (TrainingGraph graph = graph(hydra, layout, new SplitMix64(7), precision)) {
      graph.setStates(List.of(graph.initialState(at)));
      return layout.join(graph.gradients(rows(), null, true));
    }
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static double centralDifference(TrainingGraph graph, float[] at, int i) {
    float h = 1e-2f;
    float[] moved = at.clone();
    moved[i] = at[i] + h;
    double up = loss(graph, moved);
    moved[i] = at[i] - h;
    return (up - loss(graph, moved)) / (2 * h);
  }

  /** A step at rate 0 changes nothing, and draws the same masks as the gradient. */
  private static double loss(TrainingGraph graph, float[] at) {
    graph.setStates(List.of(graph.initialState(at)));
    return SingleJob.train(graph, rows(), 1, 0, 0, true);
  }

  private static int[] rows() {
    int[] rows = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      rows[i] = i;
    }
    return rows;
  }

  private static TrainingGraph graph(
      HydraConfig hydra, FlatLayout layout, SplitMix64 random, Precision precision) {
    TrainerConfig config =
        new TrainerConfig(
            VIT,
            Method.HYDRA,
            hydra,
            HeadConfig.plain(CLASSES),
            OptimizerConfig.adamW(1e-3, 0),
            new EpochConfig(1, BATCH, false, 0, 0),
            0.3,
            Normalization.HALF,
            precision,
            4);
    TrainingGraph graph =
        new TrainingGraph(
            config,
            VitParameters.shapes(VIT),
            layout,
            TrainingGraph.Input.PIXELS,
            BATCH,
            BATCH,
            1,
            TensorFlowRuntime.singleThread());
    graph.initializeFrozen(FrozenTensors.of(Initializers.backbone(VIT, 3), precision));
    byte[] pixels = new byte[BATCH * 16 * 16 * 3];
    int[][] labels = new int[BATCH][];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    for (int i = 0; i < BATCH; i++) {
      labels[i] = new int[] {i % CLASSES};
    }
    graph.setData(Tensors.bytes(pixels, BATCH, 16, 16, 3));
    graph.setTargets(new Targets.Labels(labels));
    return graph;
  }
}
