package io.hydrabeam.runners.flink;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundledJarTest {

  private static final String FLINK_RUNNER = "org/apache/beam/runners/flink/FlinkRunner.class";
  private static final String OWN = "io/hydrabeam/runners/flink/BundledJar.class";

  @TempDir Path folder;

  @Test
  void check_sameClasses_passes() throws IOException {
    BundledJar.check(jar(FLINK_RUNNER, OWN), getClass().getClassLoader());
  }

  @Test
  void check_otherClasses_isUsage() throws IOException {
    Path jar = folder.resolve("other.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry(FLINK_RUNNER));
      zip.putNextEntry(new ZipEntry(OWN));
      zip.write(1);
    }
    assertUsage(jar, "was built from other sources than this program (" + OWN);
  }

  @Test
  void check_classThatThisProgramLacks_isUsage() throws IOException {
    assertUsage(jar(FLINK_RUNNER, "io/hydrabeam/Gone.class"), "io/hydrabeam/Gone.class differs");
  }

  @Test
  void check_withoutFlinkRunner_isUsage() throws IOException {
    assertUsage(jar(OWN), "holds no Flink runner: build it with mvn");
  }

  @Test
  void check_withTensorFlow_isUsage() throws IOException {
    assertUsage(jar(FLINK_RUNNER, OWN, "org/tensorflow/TensorFlow.class"), "holds TensorFlow");
  }

  @Test
  void check_noJar_isUsage() throws IOException {
    assertUsage(Files.writeString(folder.resolve("text.jar"), "text"), "cannot read");
  }

  /** A jar with this build's classes of these names, empty where there are none. */
  private Path jar(String... names) throws IOException {
    Path jar = folder.resolve("bundled.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(name)) {
          if (in != null && name.equals(OWN)) {
            in.transferTo(zip);
          }
        }
      }
    }
    return jar;
  }

  private void assertUsage(Path jar, String part) {
    HydraException thrown =
        assertThrows(
            HydraException.class, () -> BundledJar.check(jar, getClass().getClassLoader()));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown).hasMessageThat().contains(part);
  }
}
