package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchmarkCommandTest {

  private static final List<String> SMALL =
      List.of("benchmark", "--batch=4", "--classes=3", "--warmUp=1");

  @TempDir Path folder;

  private static Launched launch(String... more) {
    List<String> words = new ArrayList<>(SMALL);
    words.addAll(List.of(more));
    return Launched.run(Hydra.COMMANDS, words.toArray(String[]::new));
  }

  @Test
  void benchmark_ofBothKinds_tellsEachInTableAndFile() throws IOException {
    Path csv = folder.resolve("speed.csv");
    Launched launched =
        launch(
            "--model=tiny",
            "--steps=2",
            "--jobsAtOnce=2",
            "--precision=bf16",
            "--device=cpu",
            "--csv=" + csv);
    assertThat(launched.exitCode()).isEqualTo(0);
    assertThat(launched.out()).contains("tiny, hydra, batch 4, 2 jobs side by side of 1 thread");
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("model,measured,method,rank,precision,batch,threads,jobs");
    assertThat(lines.get(1)).startsWith("tiny,train,hydra,2,bf16,4,1,2,2,");
    assertThat(lines.get(2)).startsWith("tiny,evaluate,hydra,2,bf16,4,1,2,2,");
    int columns = lines.get(0).split(",", -1).length;
    for (String line : lines) {
      assertThat(line.split(",", -1)).hasLength(columns);
    }
  }

  @Test
  void benchmark_ofTexts_speaksOfTexts() throws IOException {
    Path csv = folder.resolve("speed.csv");
    Launched launched =
        launch(
            "--model=roberta/50/64/32/2/4/64",
            "--tokens=20",
            "--steps=1",
            "--measure=evaluate",
            "--device=cpu",
            "--csv=" + csv);
    assertThat(launched.exitCode()).isEqualTo(0);
    assertThat(launched.out()).contains("a text of 20 tokens is ");
    assertThat(launched.out()).contains("texts/s");
    assertThat(launched.out()).contains("CPU s/text");
    assertThat(launched.out()).doesNotContain("image");
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines.get(0)).contains(",texts_per_s,");
    assertThat(lines.get(0)).endsWith(",tokens");
    assertThat(lines.get(1)).endsWith(",20");
    assertThat(lines.get(1).split(",", -1)).hasLength(lines.get(0).split(",", -1).length);
  }

  @Test
  void benchmark_unknownModel_isRefusedWithTheNames() {
    Launched launched = launch("--model=huge");
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains("model (huge) must be one of tiny, ti16,");
  }

  @Test
  void benchmark_noSteps_isRefused() {
    Launched launched = launch("--steps=0");
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains("steps (0) must be positive");
  }
}
