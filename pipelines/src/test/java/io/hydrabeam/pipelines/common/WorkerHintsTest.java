package io.hydrabeam.pipelines.common;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;
import org.junit.jupiter.api.Test;

final class WorkerHintsTest {

  private final WorkerOptions options = PipelineOptionsFactory.as(WorkerOptions.class);

  @Test
  void of_nothingAsked_givesNone() {
    assertThat(WorkerHints.of(options).hints()).isEmpty();
  }

  @Test
  void of_typeAlone_isOneCardWithItsDriver() {
    options.setAccelerator("nvidia-l4");
    ResourceHints expected =
        ResourceHints.create().withAccelerator("type:nvidia-l4;count:1;install-nvidia-driver");
    assertThat(WorkerHints.of(options)).isEqualTo(expected);
  }

  @Test
  void of_wholeHint_isTakenAsItIs() {
    String hint =
        "type:nvidia-tesla-t4;count:2;machine_type:n1-standard-8;install-nvidia-driver:5xx";
    options.setAccelerator(hint);
    assertThat(WorkerHints.of(options)).isEqualTo(ResourceHints.create().withAccelerator(hint));
  }

  @Test
  void of_acceleratorThatIsNone_isUsage() {
    for (String wrong : new String[] {"T4!", "count:1", "type:", "type:nvidia-l4;;count:1"}) {
      options.setAccelerator(wrong);
      HydraException thrown = assertThrows(HydraException.class, () -> WorkerHints.of(options));
      assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
      assertThat(thrown.line()).contains("--accelerator=" + wrong);
    }
  }

  @Test
  void of_memoryWithoutUnit_isUsage() {
    options.setWorkerMemory("52");
    HydraException thrown = assertThrows(HydraException.class, () -> WorkerHints.of(options));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    options.setWorkerMemory("52GB");
    assertThat(WorkerHints.of(options)).isEqualTo(ResourceHints.create().withMinRam("52GB"));
  }
}
