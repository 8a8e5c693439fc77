package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code tasks --verbose} tells of a task. */
final class TasksCommandTest {

  @Test
  void table_ofSentences_hasTheirOwnSplitsAndPublishedSizes() {
    Launched launched = Launched.run(Hydra.COMMANDS, "tasks", "--benchmark=glue");
    assertThat(launched.exitCode()).isEqualTo(0);
    List<String> lines = launched.out().lines().toList();
    assertThat(lines.get(1).split(" +", -1)).asList().containsAtLeast("train", "test").inOrder();
    assertThat(launched.out()).doesNotContain("val200");
    assertThat(launched.out()).containsMatch("rte .* 2,490 +277");
    assertThat(launched.out()).containsMatch("stsb .* number .*5,749 +1,500");
  }

  @Test
  void verbose_namesThePublishedImagesThatATaskIsMadeOf() {
    Launched launched =
        Launched.run(
            Hydra.COMMANDS,
            "tasks",
            "--verbose",
            "--benchmark=vtab1k",
            "--tasks=eurosat,smallnorb_azi");
    assertThat(launched.exitCode()).isEqualTo(0);
    assertThat(launched.out())
        .contains(
            "  images: of eurosat/rgb in the order of TensorFlow Datasets: train800 = train[:800],"
                + " val200 = train[16200:16400], test = train[21600:]\n");
    assertThat(launched.out())
        .contains("train800 = train[:800], val200 = test[:200], test = test[12150:]\n");
  }

  @Test
  void verbose_tellsHiddenTablesAsOptional() {
    Launched launched =
        Launched.run(Hydra.COMMANDS, "tasks", "--verbose", "--benchmark=glue", "--tasks=cola");
    assertThat(launched.exitCode()).isEqualTo(0);
    assertThat(launched.out())
        .contains(
            "INPUT/CoLA/test.tsv or .jsonl (hidden, optional) with columns sentence, whose"
                + " predictions become CoLA.tsv\n");
  }
}
