package io.hydrabeam.model.adapters;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.VitVectors;
import io.hydrabeam.model.checkpoint.TimmNames;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Site;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HydraMergeTest {

  private static final VitConfig VIT = new VitConfig(16, 8, 8, 2, 2, 12, 1e-6f);

  private static final String PROJECTION = "encoder/block01/attention/projection/";

  private static final String FC2 = "encoder/block01/mlp/fc2/";

  @Test
  void merge_equalsTheReference() {
    Map<String, HostTensor> backbone = VitVectors.backbone();
    Map<String, HostTensor> adapters =
        VitVectors.trained(Vectors.tensors("vit_hydra/adapters.safetensors"));
    Map<String, HostTensor> expected = Vectors.tensors("vit_hydra/merged.safetensors");

    Map<String, HostTensor> merged = HydraMerge.merge(backbone, adapters, Vectors.hydra());

    int compared = 0;
    for (Map.Entry<String, HostTensor> entry : merged.entrySet()) {
      String name = entry.getKey();
      HostTensor reference = expected.get(TimmNames.of(name));
      if (reference != null) {
        HostTensor base = backbone.get(name);
        float[] values = entry.getValue().values();
        int out = entry.getValue().shape()[entry.getValue().shape().length - 1];
        int in = values.length / out;
        float largestChange = 0;
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            assertWithMessage(name)
                .that(values[i * out + o])
                .isWithin(2e-6f)
                .of(reference.values()[o * in + i]);
            largestChange =
                Math.max(largestChange, Math.abs(values[i * out + o] - base.values()[i * out + o]));
          }
        }
        assertWithMessage(name).that(largestChange).isGreaterThan(1e-3f);
        compared++;
      } else if (name.startsWith("head/")) {
        assertThat(entry.getValue()).isSameInstanceAs(adapters.get(name));
      } else {
        assertThat(entry.getValue()).isSameInstanceAs(backbone.get(name));
      }
    }
    assertThat(compared).isEqualTo(expected.size());
    assertThat(merged).hasSize(backbone.size() + 2);
  }

  @ParameterizedTest
  @CsvSource({"BOTH", "PARALLEL", "SEQUENTIAL"})
  void merged_mapsEveryInputAsTheBranchesDo(Branches branches) {
    HydraConfig hydra = hydra(branches, Site.ATTENTION, Site.MLP);
    Map<String, HostTensor> backbone = noise(Initializers.backbone(VIT, 1), 1);
    Map<String, HostTensor> adapters = adapters(hydra);

    Map<String, HostTensor> merged = HydraMerge.merge(backbone, adapters, hydra);

    for (String layer : new String[] {PROJECTION, FC2}) {
      double[] x = new double[backbone.get(layer + "kernel").shape()[0]];
      SplitMix64 random = new SplitMix64(9);
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextGaussian();
      }
      double[] y = dense(x, backbone, layer);
      double[] parallel =
          dense(
              dense(x, adapters, layer + "hydra_parallel/down/"),
              adapters,
              layer + "hydra_parallel/up/");
      double[] sequential =
          dense(
              dense(y, adapters, layer + "hydra_sequential/down/"),
              adapters,
              layer + "hydra_sequential/up/");
      double[] actual = dense(x, merged, layer);
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i])
            .isWithin(1e-5)
            .of(y[i] + hydra.scale() * (parallel[i] + sequential[i]));
      }
    }
  }

  @Test
  void otherSites_areLeftAlone() {
    HydraConfig hydra = hydra(Branches.BOTH, Site.MLP);
    Map<String, HostTensor> backbone = Initializers.backbone(VIT, 1);

    Map<String, HostTensor> merged = HydraMerge.merge(backbone, adapters(hydra), hydra);

    assertThat(merged.get(PROJECTION + "kernel"))
        .isSameInstanceAs(backbone.get(PROJECTION + "kernel"));
    assertThat(merged.get(FC2 + "kernel").bitEquals(backbone.get(FC2 + "kernel"))).isFalse();
  }

  @Test
  void freshAdapters_changeNoBit() {
    HydraConfig hydra = HydraConfig.both(2, 4.5, 0);
    Map<String, HostTensor> backbone = noise(Initializers.backbone(VIT, 1), 1);
    Map<String, HostTensor> adapters = new HashMap<>(Initializers.adapters(VIT, hydra, 1));
    adapters.putAll(Initializers.head(VIT, 3, 1));

    Map<String, HostTensor> merged = HydraMerge.merge(backbone, adapters, hydra);

    backbone.forEach(
        (name, tensor) ->
            assertWithMessage(name).that(merged.get(name).bitEquals(tensor)).isTrue());
  }

  @Test
  void notFinite_isRefusedByName() {
    HydraConfig hydra = HydraConfig.both(2, 1, 0);
    Map<String, HostTensor> backbone = Initializers.backbone(VIT, 1);

    Map<String, HostTensor> adapters = adapters(hydra);
    adapters.get(FC2 + "hydra_parallel/up/bias").values()[3] = Float.NaN;
    assertThat(failure(backbone, adapters, hydra))
        .isEqualTo(FC2 + "hydra_parallel/up/bias is NaN at value 3; such weights are not merged");

    backbone.get("encoder/norm/bias").values()[1] = Float.POSITIVE_INFINITY;
    assertThat(failure(backbone, adapters(hydra), hydra))
        .isEqualTo("encoder/norm/bias is Infinity at value 1; such weights are not merged");
  }

  @Test
  void overflow_isRefusedByName() {
    HydraConfig hydra = HydraConfig.both(2, 1e30, 0);
    Map<String, HostTensor> adapters = adapters(hydra);
    adapters.get(PROJECTION + "hydra_parallel/up/bias").values()[0] = 1e20f;

    assertThat(failure(Initializers.backbone(VIT, 1), adapters, hydra))
        .isEqualTo(
            "merged " + PROJECTION + "bias is Infinity at value 0; such weights are not merged");
  }

  @Test
  void missingMisshapenAndUnexpectedParameters_areNamed() {
    HydraConfig hydra = HydraConfig.both(2, 1, 0);
    Map<String, HostTensor> backbone = Initializers.backbone(VIT, 1);

    Map<String, HostTensor> missing = adapters(hydra);
    missing.remove("head/bias");
    assertThat(failure(backbone, missing, hydra)).isEqualTo("parameter head/bias is missing");
    assertThat(failure(backbone, adapters(hydra(Branches.PARALLEL, Site.MLP)), hydra))
        .contains("is missing");
    assertThat(failure(backbone, adapters(hydra), HydraConfig.both(3, 1, 0)))
        .endsWith("down/kernel is [8, 2], expected [8, 3]");
    assertThat(failure(backbone, adapters(hydra), hydra(Branches.PARALLEL, Site.MLP)))
        .startsWith("24 parameters to merge are unexpected, the first is encoder/block00/att");
    assertThat(failure(Map.of(), adapters(hydra), hydra)).isEqualTo("the backbone has no block");
  }

  private static HydraConfig hydra(Branches branches, Site... sites) {
    return new HydraConfig(2, 1.5, 0, branches, Set.of(sites));
  }

  /** Adapters and head with no zero in them. */
  private static Map<String, HostTensor> adapters(HydraConfig hydra) {
    Map<String, HostTensor> adapters = new HashMap<>(Initializers.adapters(VIT, hydra, 1));
    adapters.putAll(Initializers.head(VIT, 3, 1));
    return noise(adapters, 2);
  }

  private static Map<String, HostTensor> noise(Map<String, HostTensor> tensors, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    for (HostTensor tensor : tensors.values()) {
      float[] values = tensor.values();
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.3 * random.nextGaussian());
      }
    }
    return tensors;
  }

  /** {@code x·W + b}; zero where there is no such layer. */
  private static double[] dense(double[] x, Map<String, HostTensor> tensors, String scope) {
    HostTensor kernel = tensors.get(scope + "kernel");
    if (kernel == null) {
      return new double[Math.max(x.length, VIT.width())];
    }
    int out = kernel.shape()[1];
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      y[o] = tensors.get(scope + "bias").values()[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += x[i] * kernel.values()[i * out + o];
      }
    }
    return y;
  }

  private static String failure(
      Map<String, HostTensor> backbone, Map<String, HostTensor> adapters, HydraConfig hydra) {
    return assertThrows(
            IllegalArgumentException.class, () -> HydraMerge.merge(backbone, adapters, hydra))
        .getMessage();
  }
}
