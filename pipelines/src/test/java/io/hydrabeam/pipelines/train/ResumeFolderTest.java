package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeFolderTest {
  @TempDir Path root;

  @Test
  void fetch_nothingStored_isEmpty() throws IOException {
    assertThat(new ResumeFolder(root.toString()).fetch().isEmpty()).isTrue();
  }

  @Test
  void store_twice_replacesTheState() throws IOException {
    ResumeFolder folder = new ResumeFolder(root.toString());
    folder.store(Files.writeString(root.resolve("one"), "first"));
    folder.store(Files.writeString(root.resolve("two"), "second"));
    assertThat(Files.readString(folder.fetch().orElseThrow())).isEqualTo("second");
  }

  @Test
  void clear_afterwards_leavesNoFolder() throws IOException {
    ResumeFolder folder = new ResumeFolder(root.toString());
    folder.store(Files.writeString(root.resolve("one"), "first"));
    Files.writeString(root.resolve("resume").resolve(".part-left-by-a-killed-one"), "x");
    folder.clear();
    assertThat(Files.exists(root.resolve("resume"))).isFalse();
    folder.clear();
  }
}
