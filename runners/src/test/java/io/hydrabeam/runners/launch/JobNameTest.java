package io.hydrabeam.runners.launch;

import static com.google.common.truth.Truth.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class JobNameTest {

  @Test
  void of_sameOptionsInAnyOrder_isTheSame() {
    String name = JobName.of("train", Map.of("rank", "2", "seeds", "0"));
    assertThat(name).matches("hydra-train-[0-9a-f]{8}");
    assertThat(JobName.of("train", Map.of("seeds", "0", "rank", "2"))).isEqualTo(name);
    assertThat(JobName.of("train", Map.of("rank", "4"))).isNotEqualTo(name);
  }
}
