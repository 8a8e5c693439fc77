package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many kills on one Flink cluster, each at a random moment of a stage that starts from nothing: of
 * TaskManagers, of the client, of the JobManager. After the same command the stage's files must be
 * those of an undisturbed run on the DirectRunner. Too long for every build; CONTRIBUTING.md tells
 * how to run it, with {@code -Dhydra.kills=TASKMANAGERS,CLIENTS,JOBMANAGERS} and {@code
 * -Dhydra.seed=N} to repeat the moments.
 */
final class FlinkKillSoak {
  private static final int EPOCHS = 600;
  private static final int LATEST_KILL_MILLIS = 4000;
  private static final List<String> STAGES = List.of("preprocess", "train", "evaluate");
  private static final List<String> OUTPUTS = List.of("examples", "runs", "scores");

  private enum Victim {
    TASK_MANAGER,
    CLIENT,
    JOB_MANAGER
  }

  @TempDir Path folder;

  private final long seed = Long.getLong("hydra.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private PreparedImages images;

  @Test
  void stages_killedManyTimes_loseNothing() throws Exception {
    List<Victim> victims = victims();
    System.err.printf("%d kills, -Dhydra.seed=%d%n", victims.size(), seed);
    images = PreparedImages.write(folder, EPOCHS, "warm", "cold");
    Launched direct =
        HydraProcess.run(folder, StageWords.of("run", images, "direct").toArray(String[]::new));
    assertWithMessage(direct.err()).that(direct.exitCode()).isEqualTo(0);
    Path cluster = Files.createDirectory(folder.resolve("cluster"));
    try (FlinkProcesses flink = FlinkProcesses.start(cluster, 2)) {
      for (int i = 0; i < victims.size(); i++) {
        long began = System.nanoTime();
        String story = killOnce(flink, victims.get(i), STAGES.get(i % STAGES.size()), "kill" + i);
        System.err.printf(
            "%d: %s (%d s)%n", i + 1, story, (System.nanoTime() - began) / 1000000000);
      }
    }
  }

  private List<Victim> victims() {
    int[] counts =
        Arrays.stream(System.getProperty("hydra.kills", "3,1,1").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    List<Victim> victims = new ArrayList<>();
    for (Victim victim : Victim.values()) {
      victims.addAll(Collections.nCopies(counts[victim.ordinal()], victim));
    }
    return victims;
  }

  private String killOnce(FlinkProcesses flink, Victim victim, String stage, String output)
      throws Exception {
    String[] words = words(flink, stage, output);
    String job = "hydra-" + stage;
    int millis;
    String state;
    Launched launched;
    try (HydraProcess hydra = HydraProcess.start(folder, words)) {
      while (!flink.stateOf(job).equals("RUNNING")) {
        assertWithMessage("ended early: %s", hydra.err())
            .that(hydra.endsWithinMillis(50))
            .isFalse();
      }
      millis = random.nextInt(LATEST_KILL_MILLIS);
      Thread.sleep(millis);
      state = flink.stateOf(job);
      kill(flink, victim, hydra);
      launched = hydra.await();
    }
    String after = "";
    if (victim != Victim.TASK_MANAGER) {
      launched = HydraProcess.run(folder, words);
      after = " again:";
    }
    assertWithMessage("%s%n%s", launched.err(), flink.logs())
        .that(launched.exitCode())
        .isEqualTo(0);
    assertSame(stage, output);
    return "%s of %s after %d ms, job %s;%s %s"
        .formatted(victim, stage, millis, state, after, summary(launched));
  }

  private void kill(FlinkProcesses flink, Victim victim, HydraProcess hydra) throws Exception {
    switch (victim) {
      case TASK_MANAGER -> {
        List<String> names = flink.taskManagers();
        flink.kill(names.get(random.nextInt(names.size())));
        flink.addTaskManager();
      }
      case CLIENT -> hydra.kill();
      case JOB_MANAGER -> {
        flink.kill(FlinkProcesses.JOB_MANAGER);
        flink.restartJobManager();
      }
    }
  }

  /** What a stage reads is the undisturbed run's; what it writes is its own. */
  private String[] words(FlinkProcesses flink, String stage, String output) {
    List<String> words = StageWords.of(stage, images, "direct");
    String written = written(stage);
    words.removeIf(word -> word.startsWith("--%s=".formatted(written)));
    words.add("--%s=%s/%s".formatted(written, output, written));
    words.add("--runner=FlinkRunner");
    words.add("--flinkMaster=" + flink.address());
    return words.toArray(String[]::new);
  }

  private static String written(String stage) {
    return OUTPUTS.get(STAGES.indexOf(stage));
  }

  private void assertSame(String stage, String output) throws Exception {
    Map<String, byte[]> actual = OutputFiles.of(folder.resolve(output).resolve(written(stage)));
    Map<String, byte[]> wanted = OutputFiles.of(folder.resolve("direct").resolve(written(stage)));
    assertThat(actual.keySet()).containsExactlyElementsIn(wanted.keySet());
    actual.forEach(
        (name, bytes) -> assertWithMessage(name).that(bytes).isEqualTo(wanted.get(name)));
    OutputFiles.assertNothingUnfinished(folder.resolve(output));
  }

  /** The stage's last line, which counts what was done and what was found finished. */
  private static String summary(Launched launched) {
    List<String> lines = (launched.out() + launched.err()).lines().toList();
    return lines.stream()
        .filter(line -> line.contains("found finished") || line.contains(" images, "))
        .reduce((first, last) -> last)
        .orElse(lines.isEmpty() ? "" : lines.get(lines.size() - 1));
  }
}
