package io.hydrabeam.runners.flink;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.common.HydraException;
import java.net.ConnectException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FlinkLaunchTest {

  @Test
  void explain_clusterThatIsGone_saysHowToGoOn() {
    RuntimeException failure =
        new IllegalStateException(new ConnectException("Connection refused"));
    RuntimeException explained = FlinkLaunch.explain(failure, "host:1");
    assertThat(explained).isInstanceOf(HydraException.class);
    assertThat(explained)
        .hasMessageThat()
        .contains("the Flink cluster at host:1 no longer answers");
  }

  @Test
  void explain_failureOfOurOwn_staysAsItIs() {
    RuntimeException failure = new IllegalStateException("defect");
    assertThat(FlinkLaunch.explain(failure, "host:1")).isSameInstanceAs(failure);
  }

  @Test
  void isWanted_byShortOrFullNameInAnyCase() {
    assertThat(FlinkLaunch.isWanted(Map.of("runner", "FlinkRunner"))).isTrue();
    assertThat(FlinkLaunch.isWanted(Map.of("runner", "flinkrunner"))).isTrue();
    assertThat(FlinkLaunch.isWanted(Map.of("runner", "org.apache.beam.runners.flink.FlinkRunner")))
        .isTrue();
    assertThat(FlinkLaunch.isWanted(Map.of("runner", "DirectRunner"))).isFalse();
    assertThat(FlinkLaunch.isWanted(Map.of())).isFalse();
  }
}
