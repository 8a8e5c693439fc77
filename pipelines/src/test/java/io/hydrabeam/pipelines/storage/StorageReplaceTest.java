package io.hydrabeam.pipelines.storage;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageReplaceTest {
  @TempDir Path folder;

  private String file() {
    return folder.resolve("list").toString();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void replace_failsInTheMiddle_leavesWhatWasThere() throws IOException {
    Storage.replace(file(), out -> out.write(bytes("old")));

    assertThrows(
        IOException.class,
        () ->
            Storage.replace(
                file(),
                out -> {
                  out.write(bytes("half"));
                  throw new IOException("full");
                }));

    assertThat(Files.readString(Path.of(file()))).isEqualTo("old");
    assertThat(names()).containsExactly("list");
  }

  @Test
  void sweepStale_temporaryNamesOlderThanADay_areDeletedAndNothingElse() throws IOException {
    for (String name : List.of(".part-old", ".part-new", "old", ".parted")) {
      Path file = Files.writeString(folder.resolve(name), "x");
      if (!name.endsWith("new")) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
      }
    }

    Storage.sweepStale(folder.toString());

    assertThat(names()).containsExactly(".part-new", ".parted", "old");
  }

  @Test
  void createIfAbsent_second_leavesTheFirst() throws IOException {
    assertThat(Storage.createIfAbsent(file(), bytes("first"))).isTrue();
    assertThat(Storage.createIfAbsent(file(), bytes("second"))).isFalse();

    assertThat(Files.readString(Path.of(file()))).isEqualTo("first");
    assertThat(names()).containsExactly("list");
  }
}
