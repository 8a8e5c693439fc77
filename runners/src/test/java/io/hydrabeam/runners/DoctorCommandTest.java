package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.testing.gcs.FakeGcs;
import io.hydrabeam.testing.gcs.GcsFault;
import io.hydrabeam.testing.gcs.GcsOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} on the machine of the tests and a stand-in for Cloud Storage. */
final class DoctorCommandTest {

  private FakeGcs gcs;

  @BeforeEach
  void start() throws IOException {
    // Else it would take all cores, for the tests after it in this process too.
    TensorFlowRuntime.pinThreads(1);
    gcs = FakeGcs.start("here");
  }

  @AfterEach
  void stop() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    gcs.close();
  }

  @Test
  void doctor_here_findsWhatTheTestsNeed(@TempDir Path folder) {
    Launched launched = run("--storage=gs://here/a," + folder);

    assertWithMessage(launched.out()).that(launched.exitCode()).isEqualTo(0);
    List<String> lines = launched.out().lines().toList();
    assertThat(lines.stream().map(line -> line.substring(6, 20).strip()).distinct())
        .containsAtLeast(
            "program",
            "Java",
            "memory",
            "open files",
            "temporary",
            "clock",
            "native cache",
            "TensorFlow",
            "CUDA",
            "CPU",
            "Flink",
            "storage")
        .inOrder();
    assertThat(lines).contains("OK    TensorFlow     2.18.0");
    assertThat(launched.out())
        .containsMatch("OK    CPU            matrix products: [1-9][0-9,]* GFLOP/s in fp32");
    assertThat(lines).contains("OK    storage        gs://here/a can be listed and written");
    assertThat(lines).contains("OK    storage        %s can be written".formatted(folder));
  }

  @Test
  void doctor_whatCannotBeUsed_isALineEachAndAFailure() {
    gcs.fail(1, GcsOperation.LIST, "", GcsFault.status(403));
    Launched launched = run("--storage=gs://here/a,gs://elsewhere/b", "--flink=127.0.0.1:1");

    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.out().lines().filter(line -> line.startsWith("BAD")).toList()).hasSize(3);
    assertThat(launched.out())
        .contains("BAD   Flink          no Flink cluster answers at --flink=127.0.0.1:1");
    assertThat(launched.out())
        .contains("--storage=gs://here/a: Cloud Storage answered 403, access is denied");
    assertThat(launched.out())
        .contains("--storage=gs://elsewhere/b: the bucket elsewhere does not exist");
    assertThat(launched.err()).isEmpty();
  }

  private Launched run(String... words) {
    List<String> all = new ArrayList<>(List.of("doctor"));
    all.addAll(List.of(words));
    all.addAll(gcs.options());
    return Launched.run(Hydra.COMMANDS, all.toArray(String[]::new));
  }
}
