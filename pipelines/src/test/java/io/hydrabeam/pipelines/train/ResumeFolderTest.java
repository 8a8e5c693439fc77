package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeFolderTest {
  @TempDir Path root;

  private ResumeFolder attempt() {
    return new ResumeFolder(root.resolve("job").toString());
  }

  private void store(ResumeFolder attempt, int epochs, String text) throws IOException {
    attempt.store(Files.writeString(root.resolve("local"), text), epochs);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("job/resume"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void fetch_nothingStored_isEmpty() throws IOException {
    assertThat(attempt().fetch().isEmpty()).isTrue();
    assertThat(attempt().epochs()).isEqualTo(0);
  }

  @Test
  void store_twice_leavesTheFurtherState() throws IOException {
    ResumeFolder attempt = attempt();
    store(attempt, 9, "first");
    store(attempt, 10, "second");

    assertThat(Files.readString(attempt().fetch().orElseThrow())).isEqualTo("second");
    assertThat(attempt().epochs()).isEqualTo(10);
    assertThat(names()).hasSize(1);
  }

  @Test
  void store_byAnAttemptThoughtDead_doesNotHideTheFurtherState() throws IOException {
    ResumeFolder zombie = attempt();
    store(zombie, 3, "of the zombie");
    ResumeFolder successor = attempt();
    store(successor, 7, "of its successor");
    store(zombie, 4, "of the zombie again");

    assertThat(Files.readString(attempt().fetch().orElseThrow())).isEqualTo("of its successor");
  }

  @Test
  void store_sameEpochByTwo_keepsBothWhole() throws IOException {
    store(attempt(), 3, "one");
    store(attempt(), 3, "two");

    assertThat(names()).hasSize(2);
  }

  @Test
  void clear_afterwards_leavesNoFolder() throws IOException {
    ResumeFolder attempt = attempt();
    store(attempt, 1, "first");
    Files.writeString(root.resolve("job/resume/.part-left-by-a-killed-one"), "x");

    attempt.clear();

    assertThat(Files.exists(root.resolve("job/resume"))).isFalse();
    attempt.clear();
  }
}
