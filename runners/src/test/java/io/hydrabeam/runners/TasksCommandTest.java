package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

/** What {@code tasks --verbose} tells of a task. */
final class TasksCommandTest {

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
