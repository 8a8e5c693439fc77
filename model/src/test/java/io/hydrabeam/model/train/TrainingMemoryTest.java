package io.hydrabeam.model.train;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import org.junit.jupiter.api.Test;

final class TrainingMemoryTest {

  private static final long MB = 1_000_000;
  private static final VitConfig BASE = new VitConfig(224, 16, 768, 12, 12, 3072, 1e-6f);

  @Test
  void of_vitBase_isNearWhatWasMeasured() {
    TrainingMemory single =
        TrainingMemory.of(BASE, BASE.tokens(), Method.HYDRA, 16, Precision.FP32, 1);
    TrainingMemory half =
        TrainingMemory.of(BASE, BASE.tokens(), Method.HYDRA, 16, Precision.BF16, 1);
    assertThat(single.shared() / MB).isEqualTo(343);
    assertThat(single.each() / MB).isEqualTo(2216);
    assertThat(half.shared() / MB).isEqualTo(171);
    assertThat(half.each() / MB).isEqualTo(1224);
  }

  @Test
  void of_aStack_keepsEachJobsActivationsAndTheWeightsOnce() {
    TrainingMemory one =
        TrainingMemory.of(BASE, BASE.tokens(), Method.HYDRA, 16, Precision.FP32, 1);
    TrainingMemory three =
        TrainingMemory.of(BASE, BASE.tokens(), Method.HYDRA, 16, Precision.FP32, 3);
    assertThat(three.shared()).isEqualTo(one.shared());
    assertThat(three.each()).isEqualTo(3 * one.each());
  }

  @Test
  void of_aLinearProbe_keepsOneBlock() {
    TrainingMemory hydra =
        TrainingMemory.of(BASE, BASE.tokens(), Method.HYDRA, 16, Precision.FP32, 1);
    TrainingMemory linear =
        TrainingMemory.of(BASE, BASE.tokens(), Method.LINEAR, 16, Precision.FP32, 1);
    assertThat(hydra.each()).isEqualTo(12 * linear.each());
  }

  @Test
  void max_ofTwo_isEnoughForEither() {
    assertThat(new TrainingMemory(3, 1).max(new TrainingMemory(2, 5)))
        .isEqualTo(new TrainingMemory(3, 5));
  }
}
