package io.hydrabeam.model.benchmark;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpeedTestTest {

  private static Workload workload(Method method, Precision precision, int jobs) {
    return new Workload(
        VitConfig.tiny(),
        method,
        HydraConfig.both(2, 1, 0),
        3,
        4,
        precision,
        TensorFlowRuntime.singleThread(),
        jobs,
        1,
        3);
  }

  @ParameterizedTest
  @CsvSource({"FP32, TRAIN, 2", "BF16, TRAIN, 1", "FP32, EVALUATE, 2", "BF16, EVALUATE, 1"})
  void measure_jobs_addsThemUp(Precision precision, Workload.Kind kind, int jobs)
      throws InterruptedException {
    Workload workload = workload(Method.HYDRA, precision, jobs);
    Speed speed = SpeedTest.measure(workload, kind);
    double oneJob = 1e3 * workload.batch() / speed.imagesPerSecond() * jobs;
    assertThat(speed.stepMillisLeast()).isAtMost(speed.stepMillis());
    assertThat(speed.stepMillis()).isAtMost(speed.stepMillisMost());
    assertThat(oneJob).isAtLeast(speed.stepMillisLeast() * 0.999);
    assertThat(oneJob).isAtMost(speed.stepMillisMost() * 1.001);
    assertThat(speed.flops())
        .isWithin(1)
        .of(speed.imagesPerSecond() * workload.imageOperations(kind));
    assertThat(speed.productShare()).isGreaterThan(0);
    assertThat(speed.startSeconds()).isGreaterThan(0);
    speed.peakBytes().ifPresent(bytes -> assertThat(bytes).isGreaterThan(1 << 20));
  }

  @ParameterizedTest
  @CsvSource({"HYDRA, 2", "FULL, 3"})
  void imageOperations_inTraining_countTheGradients(Method method, double passes) {
    Workload workload = workload(method, Precision.FP32, 1);
    double forward = workload.imageOperations(Workload.Kind.EVALUATE);
    assertThat(forward).isEqualTo(VitConfig.tiny().operations());
    assertThat(workload.imageOperations(Workload.Kind.TRAIN)).isEqualTo(passes * forward);
  }

  @ParameterizedTest
  @CsvSource({"HYDRA, TRAIN", "LINEAR, TRAIN", "FULL, EVALUATE"})
  void measure_texts_countsTheirTokens(Method method, Workload.Kind kind)
      throws InterruptedException {
    Workload workload = texts(method, 20);
    Speed speed = SpeedTest.measure(workload, kind);
    assertThat(speed.imagesPerSecond()).isGreaterThan(0);
    assertThat(speed.flops())
        .isWithin(1)
        .of(speed.imagesPerSecond() * workload.imageOperations(kind));
    assertThat(workload.imageOperations(Workload.Kind.EVALUATE))
        .isEqualTo(RobertaConfig.tiny(50).operations(20));
  }

  @Test
  void texts_longerThanTheModelTakes_areRefused() {
    assertThat(assertThrows(IllegalArgumentException.class, () -> texts(Method.HYDRA, 63)))
        .hasMessageThat()
        .contains("tokens (63) must not be more than context (62)");
  }

  private static Workload texts(Method method, int tokens) {
    return new Workload(
        RobertaConfig.tiny(50),
        tokens,
        method,
        HydraConfig.plain(2, 4, Branches.BOTH),
        3,
        4,
        Precision.FP32,
        TensorFlowRuntime.singleThread(),
        1,
        1,
        2);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1"})
  void jobs_notPositive_areRefused(int jobs) {
    assertThat(
            assertThrows(
                IllegalArgumentException.class, () -> workload(Method.HYDRA, Precision.FP32, jobs)))
        .hasMessageThat()
        .contains("jobs (%d) must be positive".formatted(jobs));
  }
}
