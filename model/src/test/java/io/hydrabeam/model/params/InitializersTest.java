package io.hydrabeam.model.params;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.weights.HostTensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InitializersTest {

  private static final HydraConfig HYDRA = HydraConfig.both(2, 1.5, 0);

  @Test
  void adapters_downKernelsXavierUniformAndTheRestZero() {
    VitConfig vit = VitConfig.tiny();
    Map<String, HostTensor> adapters = Initializers.adapters(vit, HYDRA, 7);

    assertThat(adapters.keySet())
        .containsExactlyElementsIn(HydraParameters.shapes(vit, HYDRA).keySet())
        .inOrder();
    adapters.forEach(
        (name, tensor) -> {
          if (name.endsWith("/down/kernel")) {
            double bound = Math.sqrt(6.0 / (tensor.shape()[0] + HYDRA.rank()));
            assertThat(largest(tensor)).isAtMost((float) bound);
            assertThat(largest(tensor)).isAtLeast((float) (0.8 * bound));
          } else {
            assertWithMessage(name).that(largest(tensor)).isEqualTo(0);
          }
        });
  }

  @Test
  void head_kernelAndBiasWithinOneOverRootOfWidth() {
    Map<String, HostTensor> head = Initializers.head(VitConfig.tiny(), 40, 7);

    float bound = (float) (1 / Math.sqrt(32));
    assertThat(head.keySet()).containsExactly("head/kernel", "head/bias").inOrder();
    head.values()
        .forEach(
            tensor -> {
              assertThat(largest(tensor)).isAtMost(bound);
              assertThat(largest(tensor)).isAtLeast(0.8f * bound);
            });
  }

  @Test
  void backbone_hasTruncatedNormalKernelsAndNeutralNorms() {
    Map<String, HostTensor> backbone = Initializers.backbone(VitConfig.tiny(), 7);

    float[] kernel = backbone.get("encoder/block00/mlp/fc1/kernel").values();
    double squares = 0;
    for (float value : kernel) {
      squares += (double) value * value;
    }
    // Cutting a normal distribution at two deviations leaves 0.880 of its deviation.
    assertThat(Math.sqrt(squares / kernel.length)).isWithin(0.003).of(0.880 / Math.sqrt(32));
    assertThat(largest(backbone.get("encoder/block00/mlp/fc1/kernel")))
        .isAtMost((float) (2 / Math.sqrt(32)));
    assertThat(backbone.get("encoder/norm/scale").values()).usingExactEquality().contains(1f);
    assertThat(largest(backbone.get("encoder/norm/bias"))).isEqualTo(0);
    assertThat(largest(backbone.get("embedding/class_token"))).isEqualTo(0);
    assertThat(largest(backbone.get("embedding/position"))).isGreaterThan(0);
  }

  @Test
  void sameSeed_givesTheSameBitsWhateverElseThereIs() {
    VitConfig vit = VitConfig.tiny();
    VitConfig deeper = new VitConfig(32, 8, 32, 3, 4, 128, VitConfig.EPSILON_DEFAULT);
    Map<String, HostTensor> few = Initializers.adapters(vit, HYDRA, 7);
    Map<String, HostTensor> many = Initializers.adapters(deeper, HYDRA, 7);

    few.forEach((name, tensor) -> assertThat(tensor.bitEquals(many.get(name))).isTrue());
    String name = "encoder/block00/mlp/fc2/hydra_parallel/down/kernel";
    assertThat(few.get(name).bitEquals(Initializers.adapters(vit, HYDRA, 8).get(name))).isFalse();
  }

  private static float largest(HostTensor tensor) {
    float largest = 0;
    for (float value : tensor.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
