package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole workflow in processes of its own, on the DirectRunner. */
final class EndToEndDirectIT {

  private static final String ADAPTER = "adapter.safetensors";

  @TempDir Path folder;

  @Test
  void run_thenAgain_findsAllDone() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 15, "warm", "cold");
    Launched first = hydra("run", images, "--device=cpu", "--seeds=0,1");
    assertWithMessage(first.err()).that(first.exitCode()).isEqualTo(0);
    assertThat(first.out()).contains("linear");
    assertThat(first.out()).contains("hydra rank 2");
    assertThat(first.err()).contains("2 tasks x linear,hydra x 2 seeds = 8 trainings");
    assertThat(first.err()).contains("trainable ");
    assertThat(first.err()).contains("train: 8 done");
    Map<Path, byte[]> adapters = files(ADAPTER);
    assertThat(adapters).hasSize(8);
    assertThat(files("scores.json")).hasSize(1);
    assertThat(files("report.md")).hasSize(1);

    Launched second = hydra("run", images, "--device=cpu", "--seeds=0,1");
    assertThat(second.exitCode()).isEqualTo(0);
    assertThat(second.err()).contains("train: 0 done, 8 were finished");
    assertThat(table(second)).isEqualTo(table(first));
    assertSame(files(ADAPTER), adapters);

    // A single stage finds what `run` made.
    Path job = adapters.keySet().iterator().next().getParent();
    assertThat(job).isNotNull();
    Launched evaluated =
        HydraProcess.run(
            folder, "evaluate", images.options().get(0), "--device=cpu", "--method=hydra");
    assertWithMessage(evaluated.err()).that(evaluated.exitCode()).isEqualTo(0);
    assertThat(evaluated.out()).doesNotContain("linear");
  }

  @Test
  void train_aloneOrAmongOthers_givesTheSameBytes() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 15, "warm", "cold");
    assertThat(hydra("run", images, "--device=cpu", "--seeds=0,1").exitCode()).isEqualTo(0);
    Map<Path, byte[]> together = files(ADAPTER);
    Launched alone =
        HydraProcess.run(
            folder,
            "train",
            images.options().get(0),
            "--randomBackbone=tiny",
            "--device=cpu",
            "--tasks=cold",
            "--seeds=1",
            "--runs=alone");
    assertWithMessage(alone.err()).that(alone.exitCode()).isEqualTo(0);
    Map<Path, byte[]> single = files(ADAPTER);
    single.keySet().removeAll(together.keySet());
    assertThat(single).hasSize(1);
    single.forEach(
        (path, bytes) -> {
          Path job = path.subpath(path.getNameCount() - 3, path.getNameCount()); // task/job/file
          List<byte[]> same =
              together.entrySet().stream()
                  .filter(other -> other.getKey().endsWith(job))
                  .map(Map.Entry::getValue)
                  .toList();
          assertThat(same).hasSize(1);
          assertThat(bytes).isEqualTo(same.get(0));
        });
  }

  @Test
  void train_killedAndStartedAgain_endsWithTheSameBytes() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1500, "warm");
    assertThat(hydra("preprocess", images).exitCode()).isEqualTo(0);
    String[] words = {
      "train", images.options().get(0), "--randomBackbone=tiny", "--device=cpu", "--runs=killed"
    };
    try (HydraProcess hydra = HydraProcess.start(folder, words)) {
      boolean ended = false;
      while (!ended && !hasState(folder.resolve("killed"))) {
        ended = hydra.endsWithinMillis(50);
      }
      assertWithMessage("ended before it was killed: %s", hydra.err()).that(ended).isFalse();
      hydra.kill();
    }
    assertThat(files(ADAPTER)).isEmpty();
    assertThat(files("DONE.json")).hasSize(1); // of the examples

    Launched again = HydraProcess.run(folder, words);
    assertWithMessage(again.err()).that(again.exitCode()).isEqualTo(0);
    assertThat(again.err()).contains("resuming after epoch ");
    words[4] = "--runs=undisturbed";
    Launched undisturbed = HydraProcess.run(folder, words);
    assertWithMessage(undisturbed.err()).that(undisturbed.exitCode()).isEqualTo(0);
    List<byte[]> adapters = new ArrayList<>(files(ADAPTER).values());
    assertThat(adapters).hasSize(2);
    assertThat(adapters.get(0)).isEqualTo(adapters.get(1));
    assertWithMessage("states of finished jobs").that(hasState(folder.resolve("killed"))).isFalse();
  }

  @Test
  void terminated_saysHowToGoOn() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 100_000, "warm");
    assertThat(hydra("preprocess", images).exitCode()).isEqualTo(0);
    try (HydraProcess hydra =
        HydraProcess.start(
            folder, "train", images.options().get(0), "--randomBackbone=tiny", "--device=cpu")) {
      boolean over = false;
      while (!over && !hydra.err().contains("trainable ")) {
        over = hydra.endsWithinMillis(50);
      }
      hydra.terminate();
      Launched ended = hydra.await();
      assertThat(ended.exitCode()).isNotEqualTo(0);
      assertThat(ended.err()).contains("hydra: interrupted; what is finished is kept. To go on: ");
      assertThat(ended.err()).contains("--randomBackbone=tiny");
    }
  }

  @Test
  void preprocess_missingImage_failsInOneLineAndCommitsNothing() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    Files.delete(images.task("warm").resolve("images/test/003.png"));
    Launched launched = hydra("preprocess", images);
    assertThat(launched.exitCode()).isAnyOf(1, 2);
    assertThat(launched.err()).contains("003.png");
    assertThat(launched.err().lines().count()).isEqualTo(1);
    assertThat(files("DONE.json")).isEmpty();
  }

  @Test
  void preprocess_brokenImageWithinTheLimit_isPartial() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    Files.writeString(images.task("warm").resolve("images/test/003.png"), "no image");
    Launched launched = hydra("preprocess", images, "--maxBadRecords=1");
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(3);
    assertThat(launched.err()).contains("003.png");
    Launched strict = hydra("preprocess", images, "--examples=strict");
    assertThat(strict.exitCode()).isEqualTo(1);
    assertThat(strict.err().lines().filter(line -> line.startsWith("hydra: ")).count())
        .isEqualTo(1);
  }

  @Test
  void train_withoutExamples_isUsage() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    Launched launched =
        HydraProcess.run(folder, "train", images.options().get(0), "--randomBackbone=tiny");
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  @Test
  void plan_runsNothing() throws Exception {
    Launched launched =
        HydraProcess.run(folder, "plan", "--benchmark=vtab1k", "--randomBackbone=base16");
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    // 239,712 in the adapters and 769 for each of 100 classes.
    assertThat(launched.out()).containsMatch("cifar +hydra +1 +316,612 ");
    assertThat(files("DONE.json")).isEmpty();
  }

  @Test
  void outputFolderThatCannotBeWritten_failsInOneLine() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    // A file where a folder is needed: refuses root too, whom permissions do not stop.
    Path file = Files.writeString(folder.resolve("occupied"), "");
    Launched launched = hydra("preprocess", images, "--examples=" + file.resolve("below"));
    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.err()).contains("occupied");
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  @Test
  void readOnlyFolder_failsInOneLine() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    Path locked = Files.createDirectory(folder.resolve("locked"));
    assertThat(locked.toFile().setWritable(false)).isTrue();
    Assumptions.assumeFalse(Files.isWritable(locked), "root writes everywhere");
    Launched launched = hydra("preprocess", images, "--examples=" + locked.resolve("below"));
    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.err()).contains("locked");
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  @Test
  void fullDisk_failsInOneLineAndCommitsNothing() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    Path disk = Files.createDirectory(folder.resolve("disk"));
    try (Mounted full = Mounted.memory(disk, "size=1m")) {
      Files.write(disk.resolve("others"), new byte[1000 << 10]);
      Launched launched = hydra("preprocess", images, "--examples=" + disk, "--imageFormat=raw");
      assertThat(launched.exitCode()).isEqualTo(1);
      assertThat(launched.err()).contains("disk");
      assertThat(launched.err().lines().count()).isEqualTo(1);
      assertThat(files("DONE.json")).isEmpty();
    }
  }

  @Test
  void readOnlyDisk_failsInOneLine() throws Exception {
    PreparedImages images = PreparedImages.write(folder, 1, "warm");
    Path disk = Files.createDirectory(folder.resolve("disk"));
    try (Mounted readOnly = Mounted.memory(disk, "ro")) {
      Launched launched = hydra("preprocess", images, "--examples=" + disk.resolve("below"));
      assertThat(launched.exitCode()).isEqualTo(1);
      assertThat(launched.err()).contains("disk");
      assertThat(launched.err().lines().count()).isEqualTo(1);
    }
  }

  private Launched hydra(String command, PreparedImages images, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(images.options());
    if (command.equals("preprocess")) {
      words.remove("--randomBackbone=tiny");
    }
    words.addAll(List.of(more));
    return HydraProcess.run(folder, words.toArray(String[]::new));
  }

  /** The lines of numbers, without where they are stored. */
  private static List<String> table(Launched launched) {
    return launched
        .out()
        .lines()
        .filter(line -> line.startsWith("linear") || line.startsWith("hydra"))
        .toList();
  }

  private static void assertSame(Map<Path, byte[]> actual, Map<Path, byte[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach((path, bytes) -> assertThat(bytes).isEqualTo(expected.get(path)));
  }

  private Map<Path, byte[]> files(String name) throws IOException {
    Map<Path, byte[]> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(p -> p.endsWith(name)).toList()) {
        found.put(path, Files.readAllBytes(path));
      }
    }
    return found;
  }

  /** Whether a job below has stored a state; files may come and go while we look. */
  private static boolean hasState(Path runs) throws IOException {
    if (!Files.isDirectory(runs)) {
      return false;
    }
    boolean[] found = {false};
    Files.walkFileTree(
        runs,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found[0] |=
                file.getParent().endsWith("resume")
                    && file.getFileName().toString().startsWith("state-");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found[0];
  }
}
