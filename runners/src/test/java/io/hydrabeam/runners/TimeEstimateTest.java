package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Method;
import java.util.Collections;
import org.junit.jupiter.api.Test;

final class TimeEstimateTest {

  @Test
  void imageOperations_vitB16_areThePublishedOnes() {
    assertThat(VitConfig.base16().operations()).isWithin(0.1e9).of(35.1e9);
  }

  @Test
  void of_methods_costWhatTheyCompute() {
    double linear = of(Method.LINEAR, 1, 1).trainSeconds();
    double hydra = of(Method.HYDRA, 1, 1).trainSeconds();
    double full = of(Method.FULL, 1, 1).trainSeconds();
    // 4 seconds of a pipeline; 1,000 images in batches of 100 for 50 epochs at 10, 5 and 2 images a
    // second; a start of 3
    // seconds; a linear probe sees each image once, and has 500 short steps.
    assertThat(linear).isWithin(1e-9).of(4 + 3 + 100 + 500 * 0.3e-3);
    assertThat(hydra).isWithin(1e-9).of(4 + 3 + 10_000);
    assertThat(full).isWithin(1e-9).of(4 + 3 + 25_000);
  }

  @Test
  void of_fewerJobsThanSlots_leavesTheOthersIdle() {
    // Each of two slots does half of the rate; graphs are built in both, and kept.
    assertThat(of(Method.HYDRA, 1, 2).trainSeconds()).isWithin(1e-9).of(4 + 3 + 20_000);
    assertThat(of(Method.HYDRA, 2, 2).trainSeconds()).isWithin(1e-9).of(4 + 3 + 20_000);
    assertThat(of(Method.HYDRA, 3, 2).trainSeconds()).isWithin(1e-9).of(4 + 3 + 40_000);
  }

  @Test
  void of_evaluation_buildsAModelForEachJobAndItsBranches() {
    // 200 test images, and 3 times 64 for the branches' shares, at 10 a second; 4 starts of 2 s.
    assertThat(of(Method.HYDRA, 1, 1).evaluateSeconds()).isWithin(1e-9).of(4 + 39.2 + 8);
    assertThat(of(Method.LINEAR, 2, 2).evaluateSeconds()).isWithin(1e-9).of(4 + 40 + 2);
  }

  @Test
  void of_evaluationOfOneJob_lastsAsLongAsTheBranchesThatOneSlotTakesAway() {
    // Alone in one of two slots: 3 times 64 images at 5 a second, and 3 starts of 2 s.
    assertThat(of(Method.HYDRA, 1, 2).evaluateSeconds()).isWithin(1e-9).of(4 + 38.4 + 6);
  }

  @Test
  void work_operations_areThoseOfThePasses() {
    VitConfig vit = VitConfig.tiny();
    assertThat(WorkSamples.work(Method.LINEAR).operations(ModelCost.of(vit)))
        .isWithin(1)
        .of(1_000 * vit.operations());
    assertThat(WorkSamples.work(Method.HYDRA).operations(ModelCost.of(vit)))
        .isWithin(1)
        .of(100_000 * vit.operations());
    assertThat(WorkSamples.work(Method.FULL).operations(ModelCost.of(vit)))
        .isWithin(1)
        .of(150_000 * vit.operations());
    assertThat(WorkSamples.work(Method.HYDRA).imageSteps()).isEqualTo(50_000);
  }

  private static TimeEstimate of(Method method, int jobs, int slots) {
    return TimeEstimate.of(
        Collections.nCopies(jobs, WorkSamples.work(method)),
        ModelCost.of(VitConfig.tiny()),
        1,
        1200,
        4,
        slots,
        new ImageRates(10, 5, 2, 2, 3));
  }
}
