package io.hydrabeam.runners.dataflow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagedJarTest {

  private static final String RUNNER = "org/apache/beam/runners/dataflow/DataflowRunner.class";
  private static final String CPU = "org/tensorflow/internal/c_api/linux-x86_64/lib.so";
  private static final String CUDA = "org/tensorflow/internal/c_api/linux-x86_64-gpu/lib.so";

  @TempDir Path folder;

  @Test
  void check_tensorFlowForTheWorkers_passes() throws IOException {
    StagedJar.check(jar(RUNNER, CPU), loader(), false);
    StagedJar.check(jar(RUNNER, CUDA), loader(), false);
    StagedJar.check(jar(RUNNER, CUDA), loader(), true);
  }

  @Test
  void check_cpuBuildForGpus_isUsage() throws IOException {
    assertUsage(jar(RUNNER, CPU), true, "no TensorFlow for Linux on x86-64 with CUDA: build it");
  }

  @Test
  void check_buildOfAnotherSystem_isUsage() throws IOException {
    assertUsage(
        jar(RUNNER, "org/tensorflow/internal/c_api/macosx-arm64/lib.dylib"),
        false,
        "no TensorFlow for Linux on x86-64: build it");
  }

  @Test
  void check_withoutRunner_isUsage() throws IOException {
    assertUsage(jar(CPU), false, "holds no Dataflow runner: build it");
  }

  @Test
  void find_notBuilt_isUsage() {
    HydraException thrown =
        assertThrows(HydraException.class, () -> StagedJar.find(Test.class, false));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).startsWith("the jar for the workers is missing");
  }

  private Path jar(String... names) throws IOException {
    Path jar = folder.resolve("all.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
      }
    }
    return jar;
  }

  private ClassLoader loader() {
    return getClass().getClassLoader();
  }

  private void assertUsage(Path jar, boolean gpu, String part) {
    HydraException thrown =
        assertThrows(HydraException.class, () -> StagedJar.check(jar, loader(), gpu));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).contains(part);
  }
}
