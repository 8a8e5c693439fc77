package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflow on Flink inside the launcher's process; built with the profile flink-runner. */
final class FlinkLocalIT {

  private static final List<String> FLINK =
      List.of("--runner=FlinkRunner", "--flinkMaster=[local]", "--parallelism=2");

  @TempDir Path folder;

  @Test
  void run_onFlink_givesTheBytesOfTheDirectRunner() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 15, "warm", "cold");
    Launched direct = run(images, "direct", List.of());
    assertWithMessage(direct.err()).that(direct.exitCode()).isEqualTo(0);
    Launched flink = run(images, "flink", FLINK);
    assertWithMessage(flink.err()).that(flink.exitCode()).isEqualTo(0);
    OutputFiles.assertSame(folder.resolve("flink"), folder.resolve("direct"));
    assertThat(flink.err()).contains("train: 4 done");
    assertThat(flink.err()).doesNotContain("WARN ");

    Launched again = run(images, "flink", FLINK);
    assertWithMessage(again.err()).that(again.exitCode()).isEqualTo(0);
    assertThat(again.err()).contains("train: 0 done, 4 were finished");
  }

  @Test
  void preprocess_brokenImage_failsInOneLine() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    Files.writeString(images.task("warm").resolve("images/test/003.png"), "no image");
    List<String> words = new ArrayList<>(List.of("preprocess"));
    words.addAll(images.options());
    words.remove("--randomBackbone=tiny");
    words.addAll(FLINK);
    Launched strict = HydraProcess.run(folder, words.toArray(String[]::new));
    assertWithMessage(strict.err()).that(strict.exitCode()).isEqualTo(1);
    assertThat(strict.err().lines().filter(line -> line.startsWith("hydra: ")).toList()).hasSize(1);
    assertThat(strict.err()).contains("003.png");

    words.add("--maxBadRecords=1");
    Launched lenient = HydraProcess.run(folder, words.toArray(String[]::new));
    assertWithMessage(lenient.err()).that(lenient.exitCode()).isEqualTo(3);
  }

  @Test
  void train_clusterThatDoesNotAnswer_isUsageInOneLine() throws Exception {
    Launched launched =
        HydraProcess.run(folder, "train", "--runner=FlinkRunner", "--flinkMaster=127.0.0.1:1");
    assertThat(launched.err()).startsWith("hydra: no Flink cluster answers at --flinkMaster=");
    assertThat(launched.err().lines().count()).isEqualTo(1);
    assertThat(launched.exitCode()).isEqualTo(2);
  }

  private Launched run(PreparedImages images, String output, List<String> runner) throws Exception {
    List<String> words = new ArrayList<>(List.of("run", "--device=cpu"));
    words.addAll(images.options());
    for (String option : List.of("examples", "runs", "scores")) {
      words.add("--%s=%s/%s".formatted(option, output, option));
    }
    words.addAll(runner);
    return HydraProcess.run(folder, words.toArray(String[]::new));
  }
}
