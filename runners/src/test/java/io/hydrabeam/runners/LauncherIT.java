package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes and lines of the real process. */
final class LauncherIT {

  @TempDir Path folder;

  @Test
  void version_exitsWithZero() throws Exception {
    Launched launched = HydraProcess.run(folder, "--version");
    assertThat(launched.exitCode()).isEqualTo(0);
    assertThat(launched.out()).startsWith("Hydra Beam ");
    assertThat(launched.err()).isEmpty();
  }

  @Test
  void unknownCommand_exitsWithTwo() throws Exception {
    assertUsage(
        HydraProcess.run(folder, "trian"),
        "hydra: unknown command 'trian'; did you mean train? (--help lists the commands)");
  }

  @Test
  void unknownOption_exitsWithTwo() throws Exception {
    assertUsage(
        HydraProcess.run(folder, "train", "--rnak=4"),
        "hydra: unknown option --rnak; did you mean --rank? (train --help lists the options)");
  }

  @Test
  void unknownTask_exitsWithTwo() throws Exception {
    assertUsage(
        HydraProcess.run(folder, "tasks", "--benchmark=vtab1k", "--tasks=caltech10"),
        "hydra: unknown task 'caltech10' in vtab1k; did you mean caltech101?");
  }

  @Test
  void training_nativeCodeSaysNothingOfEachGradient() throws Exception {
    Launched launched =
        HydraProcess.run(folder, "benchmark", "--model=tiny", "--measure=train", "--steps=1");
    assertThat(launched.exitCode()).isEqualTo(0);
    assertThat(launched.err()).isEmpty();
  }

  @Test
  void configFile_errorIsLocated() throws Exception {
    Files.writeString(folder.resolve("my.textproto"), "benchmark: \"sample\"\nrank: many\n");
    Launched launched = HydraProcess.run(folder, "train", "--config=my.textproto");
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).startsWith("hydra: my.textproto:2:7: ");
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  private static void assertUsage(Launched launched, String line) throws IOException {
    assertThat(launched.err()).isEqualTo(line + "\n");
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.out()).isEmpty();
  }
}
