package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.common.Progress.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void show_plain_tellsCountsAndTimeLeft() {
    try (ProgressLine line = line(false)) {
      line.show(
          List.of(
              new Snapshot("train", "epochs", 1200, 0, 0),
              new Snapshot("train", "jobs", 12, 0, 0)));
      nanos.set(30_000_000_000L);
      line.show(
          List.of(
              new Snapshot("train", "epochs", 1200, 300, 0),
              new Snapshot("train", "jobs", 12, 2, 1)));
    }
    assertThat(text())
        .isEqualTo(
            "train: 0 of 1,200 epochs, 0 of 12 jobs\n"
                + "train: 300 of 1,200 epochs, 2 of 12 jobs (1 failed), about 90 s left\n");
  }

  @Test
  void show_nothingMoved_saysNothing() {
    try (ProgressLine line = line(false)) {
      line.show(List.of());
      line.show(List.of(new Snapshot("preprocess", "images", 0, 5, 0)));
      line.show(List.of(new Snapshot("preprocess", "images", 0, 5, 0)));
    }
    assertThat(text()).isEqualTo("preprocess: 5 images\n");
  }

  @Test
  void show_severalStages_tellsTheOneThatMoves() {
    try (ProgressLine line = line(false)) {
      line.show(List.of(new Snapshot("preprocess", "images", 10, 10, 0)));
      line.show(
          List.of(
              new Snapshot("preprocess", "images", 10, 10, 0),
              new Snapshot("train", "jobs", 3, 1, 0)));
    }
    assertThat(text()).endsWith("train: 1 of 3 jobs\n");
  }

  @Test
  void show_live_rewritesTheLineAndClearsItAtTheEnd() {
    try (ProgressLine line = line(true)) {
      line.show(List.of(new Snapshot("train", "jobs", 3, 1, 0)));
      line.show(List.of(new Snapshot("train", "jobs", 3, 2, 0)));
    }
    assertThat(text())
        .isEqualTo("\r\u001b[Ktrain: 1 of 3 jobs\r\u001b[Ktrain: 2 of 3 jobs\r\u001b[K");
  }

  @Test
  void duration_changesItsUnit() {
    assertThat(ProgressLine.duration(41.2)).isEqualTo("41 s");
    assertThat(ProgressLine.duration(600)).isEqualTo("10 min");
    assertThat(ProgressLine.duration(9000)).isEqualTo("2.5 h");
  }

  private ProgressLine line(boolean live) {
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ProgressLine(new Terminal(err, err, live), nanos::get);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
