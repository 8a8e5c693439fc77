package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stages on a Flink cluster of three processes, one after the other on the same TaskManagers,
 * each of them losing one at a random moment; built with the profile flink-runner. {@code
 * -Dhydra.seed=N} repeats the moments.
 */
final class FlinkClusterIT {

  private static final int EPOCHS = 600;

  /** Of a stage's job, from its start: short enough that the job still runs. */
  private static final int LATEST_KILL_MILLIS = 3000;

  @TempDir Path folder;

  private final long seed = Long.getLong("hydra.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void stages_eachLosesATaskManager_giveTheBytesOfTheDirectRunner() throws Exception {
    System.err.printf("moments of the kills: -Dhydra.seed=%d%n", seed);
    PreparedImages images = PreparedImages.write(folder, EPOCHS, "warm", "cold");
    Launched direct =
        HydraProcess.run(folder, StageWords.of("run", images, "direct").toArray(String[]::new));
    assertWithMessage(direct.err()).that(direct.exitCode()).isEqualTo(0);

    Path cluster = Files.createDirectory(folder.resolve("cluster"));
    try (FlinkProcesses flink = FlinkProcesses.start(cluster, 2)) {
      for (String stage : List.of("preprocess", "train", "evaluate")) {
        List<String> words = StageWords.of(stage, images, "flink");
        words.addAll(List.of("--runner=FlinkRunner", "--flinkMaster=" + flink.address()));
        try (HydraProcess hydra = HydraProcess.start(folder, words.toArray(String[]::new))) {
          String moment = killDuring(flink, stage, hydra);
          Launched launched = hydra.await();
          System.err.printf("%s: %s; then %s", stage, moment, last(launched.err()));
          assertWithMessage("%s%n%s", launched.err(), flink.logs())
              .that(launched.exitCode())
              .isEqualTo(0);
        }
      }
      assertThat(flink.taskManagers()).hasSize(2);
    }
    OutputFiles.assertSame(folder.resolve("flink"), folder.resolve("direct"));
  }

  /** Kills a TaskManager while the stage's job runs, and starts another as a supervisor would. */
  private String killDuring(FlinkProcesses flink, String stage, HydraProcess hydra)
      throws Exception {
    String job = "hydra-" + stage;
    while (!flink.stateOf(job).equals("RUNNING")) {
      assertWithMessage("ended early: %s", hydra.err()).that(hydra.endsWithinMillis(50)).isFalse();
    }
    int millis = random.nextInt(LATEST_KILL_MILLIS);
    Thread.sleep(millis);
    List<String> names = flink.taskManagers();
    String name = names.get(random.nextInt(names.size()));
    String state = flink.stateOf(job);
    flink.kill(name);
    flink.addTaskManager();
    return "killed %s after %d ms, job %s".formatted(name, millis, state);
  }

  private static String last(String text) {
    List<String> lines = text.lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1) + System.lineSeparator();
  }
}
