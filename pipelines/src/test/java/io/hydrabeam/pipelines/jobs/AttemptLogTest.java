package io.hydrabeam.pipelines.jobs;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.jobs.AttemptLog.Deaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AttemptLogTest {
  @TempDir Path job;

  private AttemptLog log(String launch) {
    return new AttemptLog(job.toString(), launch);
  }

  @Test
  void deaths_attemptsThatEnded_areNotCounted() throws IOException {
    AttemptLog ended = log("one");
    ended.begin(0);
    ended.end();
    log("one").begin(0); // and its process dies

    assertThat(log("one").deaths(0)).isEqualTo(new Deaths(1, 1));
  }

  @Test
  void deaths_progressInBetween_startsTheCountAnew() throws IOException {
    log("one").begin(0);
    log("one").begin(0);
    log("one").begin(5);

    assertThat(log("one").deaths(5)).isEqualTo(new Deaths(1, 3));
    assertThat(log("one").deaths(8)).isEqualTo(new Deaths(0, 3));
  }

  @Test
  void deaths_ofAnotherLaunch_areKnownButDoNotCount() throws IOException {
    log("one").begin(0);

    assertThat(log("two").deaths(0)).isEqualTo(new Deaths(0, 1));
  }

  @Test
  void clear_afterwards_leavesNoFolder() throws IOException {
    log("one").begin(0);

    log("two").clear();

    assertThat(Files.exists(job.resolve("attempts"))).isFalse();
  }
}
