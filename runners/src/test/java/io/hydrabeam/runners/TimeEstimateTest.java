package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.TrainingJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TimeEstimateTest {

  @Test
  void imageOperations_vitB16_areThePublishedOnes() {
    assertThat(VitConfig.base16().operations()).isWithin(0.1e9).of(35.1e9);
  }

  @Test
  void of_methods_costWhatTheyCompute() {
    double linear = of(Method.LINEAR, 4).trainSeconds();
    double hydra = of(Method.HYDRA, 4).trainSeconds();
    double full = of(Method.FULL, 4).trainSeconds();
    // 1,000 images in batches of 100 for 50 epochs; a linear probe sees each image once.
    assertThat(hydra / linear).isWithin(1e-9).of(2 * 50);
    assertThat(full / hydra).isWithin(1e-9).of(1.5);
  }

  @Test
  void of_moreCores_takeLess() {
    TimeEstimate one = of(Method.HYDRA, 1);
    TimeEstimate four = of(Method.HYDRA, 4);
    assertThat(one.trainSeconds() / four.trainSeconds()).isWithin(1e-9).of(4);
    assertThat(one.preprocessSeconds() / four.preprocessSeconds()).isWithin(1e-9).of(4);
    assertThat(one.evaluateSeconds() / one.trainSeconds()).isWithin(1e-9).of(200.0 / 100_000);
  }

  private static TimeEstimate of(Method method, int cores) {
    TrainingJob job =
        TrainingJob.newBuilder()
            .setKey(
                JobKey.newBuilder()
                    .setTask("t")
                    .setTrainSplit("train800val200")
                    .setMethod(method)
                    .setRecipe(Recipe.newBuilder().setBatch(100).setEpochs(50).setDropPath(0)))
            .build();
    TrainPlan plan =
        new TrainPlan(
            List.of(job),
            List.of(),
            Optional.empty(),
            1,
            Protocol.HOLDOUT,
            "runs/r",
            VitConfig.tiny(),
            Map.of("t//train800val200", 1000L, "t//test", 200L));
    return TimeEstimate.of(plan, 1200, cores, ImageRates.rough(plan.vit(), cores));
  }
}
