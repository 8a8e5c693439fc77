package io.hydrabeam.pipelines.storage;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.DatasetInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArtifactFolderTest {
  private static final DatasetInfo INFO = DatasetInfo.newBuilder().setBenchmark("b").build();
  private static final DatasetInfo OTHER = DatasetInfo.newBuilder().setBenchmark("c").build();

  @TempDir Path temp;

  private Path path() {
    return temp.resolve("deep/folder");
  }

  private ArtifactFolder folder() {
    return ArtifactFolder.at(path().toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void commit(DatasetInfo info, String text) throws IOException {
    try (ArtifactCommit commit = folder().begin()) {
      commit.write("a.txt", bytes(text));
      commit.write("sub/b.txt", bytes("deeper"));
      commit.commit(info);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> path().relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void read_nothingThere_isEmpty() throws IOException {
    assertThat(folder().read(INFO)).isEmpty();
    assertThat(folder().files()).isEmpty();
  }

  @Test
  void commit_files_areThereWithMarker() throws IOException {
    commit(INFO, "hello");

    assertThat(folder().read(DatasetInfo.getDefaultInstance())).hasValue(INFO);
    assertThat(names()).containsExactly("DONE.json", "a.txt", "sub/b.txt");
    assertThat(folder().files())
        .contains(new StoredFile("a.txt", 5, Hashing.sha256Hex(bytes("hello"))));
    folder().verify();
  }

  @Test
  void close_withoutCommit_leavesNothing() throws IOException {
    try (ArtifactCommit commit = folder().begin()) {
      commit.write("a.txt", bytes("x"));
      assertThat(folder().read(INFO)).isEmpty();
    }

    assertThat(names()).isEmpty();
  }

  @Test
  void commit_second_isDiscarded() throws IOException {
    try (ArtifactCommit late = folder().begin()) {
      late.write("a.txt", bytes("late"));
      commit(INFO, "first");

      assertThat(late.commit(OTHER)).isFalse();
    }

    assertThat(folder().read(DatasetInfo.getDefaultInstance())).hasValue(INFO);
    assertThat(Files.readString(path().resolve("a.txt"))).isEqualTo("first");
    assertThat(names()).hasSize(3);
  }

  @Test
  void commit_afterAKilledAttempt_sweepsItsFiles() throws IOException {
    ArtifactCommit killed = folder().begin();
    killed.write("a.txt", bytes("half"));

    commit(INFO, "whole");

    assertThat(names()).containsExactly("DONE.json", "a.txt", "sub/b.txt");
  }

  @Test
  void commit_adoptedFileMovedByAnother_isCommittedAllTheSame() throws IOException {
    Files.createDirectories(path());
    Path part = path().resolve(".part-1");
    Files.writeString(part, "shared");
    StoredFile stored = new StoredFile("a.txt", 6, Hashing.sha256Hex(bytes("shared")));
    try (ArtifactCommit commit = folder().begin()) {
      commit.adopt(part.toString(), stored);
      Files.move(part, path().resolve("a.txt"));

      assertThat(commit.commit(INFO)).isTrue();
    }

    assertThat(folder().files()).containsExactly(stored);
    folder().verify();
  }

  @Test
  void commit_adoptedFileLost_fails() throws IOException {
    try (ArtifactCommit commit = folder().begin()) {
      commit.adopt(path().resolve(".part-1").toString(), new StoredFile("a.txt", 6, ""));

      assertThrows(IOException.class, () -> commit.commit(INFO));
    }

    assertThat(folder().read(INFO)).isEmpty();
  }

  /** What an attempt leaves that dies right after it has claimed the folder. */
  private CommitClaim claimAndDie(String text) throws IOException {
    Files.createDirectories(path());
    Path part = path().resolve(".part-of-the-dead");
    Files.writeString(part, text);
    StoredFile file = new StoredFile("a.txt", text.length(), Hashing.sha256Hex(bytes(text)));
    CommitClaim claim =
        new CommitClaim(
            "the dead",
            Map.of("a.txt", part.toString()),
            ArtifactFolder.markerText(INFO, Map.of("a.txt", file)));
    assertThat(claim.placeIn(folder())).hasValue(claim);
    return claim;
  }

  @Test
  void recover_claimOfADeadAttempt_finishesItsCommit() throws IOException {
    var unused = claimAndDie("hello");

    folder().recover();

    assertThat(folder().read(DatasetInfo.getDefaultInstance())).hasValue(INFO);
    assertThat(names()).containsExactly("DONE.json", "a.txt");
    folder().verify();
  }

  @Test
  void recover_deadAfterItsFilesWereMoved_finishesItsCommit() throws IOException {
    var unused = claimAndDie("hello");
    Files.move(path().resolve(".part-of-the-dead"), path().resolve("a.txt"));

    folder().recover();

    assertThat(names()).containsExactly("DONE.json", "a.txt");
    folder().verify();
  }

  @Test
  void recover_deadBeforeItsClaimWasSwept_sweepsIt() throws IOException {
    commit(INFO, "whole");
    var unused = claimAndDie("late");

    folder().recover();

    assertThat(Files.readString(path().resolve("a.txt"))).isEqualTo("whole");
    assertThat(names()).containsExactly("DONE.json", "a.txt", "sub/b.txt");
  }

  @Test
  void recover_noClaim_doesNothing() throws IOException {
    folder().recover();
    assertThat(names()).isEmpty();
  }

  @Test
  void commit_afterAClaimOfADeadAttempt_theDeadOneWins() throws IOException {
    var unused = claimAndDie("first");
    try (ArtifactCommit late = folder().begin()) {
      late.write("a.txt", bytes("late"));

      assertThat(late.commit(OTHER)).isFalse();
    }

    assertThat(folder().read(DatasetInfo.getDefaultInstance())).hasValue(INFO);
    assertThat(Files.readString(path().resolve("a.txt"))).isEqualTo("first");
    assertThat(names()).containsExactly("DONE.json", "a.txt");
  }

  @Test
  void finish_byAnAttemptThoughtDead_doesNotTouchItsSuccessor() throws IOException {
    CommitClaim zombie = claimAndDie("zombie");
    folder().recover();
    folder().retract();
    commit(OTHER, "newer!");

    assertThat(zombie.finish(folder())).isFalse();

    assertThat(folder().read(DatasetInfo.getDefaultInstance())).hasValue(OTHER);
    folder().verify();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void commit_manyAtOnce_oneWinsWithAllOfItsFiles(long seed) throws Exception {
    Random random = new Random(seed);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> commits = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String text = "attempt %d".formatted(i);
        int files = 1 + random.nextInt(20);
        commits.add(
            pool.submit(
                () -> {
                  try (ArtifactCommit commit = folder().begin()) {
                    for (int file = 0; file < files; file++) {
                      commit.write(file + ".txt", bytes(text));
                    }
                    return commit.commit(DatasetInfo.newBuilder().setBenchmark(text).build());
                  }
                }));
      }
      int won = 0;
      for (Future<Boolean> commit : commits) {
        won += commit.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
    String winner = folder().read(DatasetInfo.getDefaultInstance()).orElseThrow().getBenchmark();
    folder().verify();
    for (StoredFile file : folder().files()) {
      assertThat(Files.readString(path().resolve(file.name()))).isEqualTo(winner);
    }
    assertThat(names()).hasSize(folder().files().size() + 1);
  }

  @Test
  void commit_withOpenFile_isRefused() throws IOException {
    try (ArtifactCommit commit = folder().begin()) {
      OutputStream open = commit.create("a.txt");
      assertThrows(IllegalStateException.class, () -> commit.commit(INFO));
      open.close();
    }
  }

  @Test
  void commit_sameContents_writesTheSameMarker() throws IOException {
    commit(INFO, "x");
    byte[] first = Files.readAllBytes(path().resolve("DONE.json"));
    folder().retract();
    commit(INFO, "x");

    assertThat(Files.readAllBytes(path().resolve("DONE.json"))).isEqualTo(first);
  }

  @Test
  void read_fileOfOtherLength_isRefused() throws IOException {
    commit(INFO, "hello");
    Files.writeString(path().resolve("a.txt"), "hell");

    HydraException thrown = assertThrows(HydraException.class, () -> folder().read(INFO));

    assertThat(thrown.line())
        .endsWith(
            "DONE.json says a.txt has 5 bytes, but it has 4; make the folder again with --force");
  }

  @Test
  void read_fileMissing_isRefused() throws IOException {
    commit(INFO, "hello");
    Files.delete(path().resolve("sub/b.txt"));

    assertThat(assertThrows(HydraException.class, () -> folder().read(INFO)).line())
        .contains("DONE.json names sub/b.txt, which is missing");
  }

  @Test
  void verify_sameLengthOtherBytes_isRefused() throws IOException {
    commit(INFO, "hello");
    Files.writeString(path().resolve("a.txt"), "hallo");

    assertThat(folder().read(INFO)).isPresent();
    assertThat(assertThrows(HydraException.class, () -> folder().verify()).line())
        .contains("a.txt has another SHA-256 than it names");
  }

  @Test
  void read_brokenMarker_isRefusedAndCanBeRetracted() throws IOException {
    commit(INFO, "hello");
    for (String text :
        new String[] {
          "{",
          "[]",
          "{\"content\":{},\"files\":{\"../x\":{}}}",
          "{\"content\":{\"benchmark\":7.5,\"nope\":1},\"files\":{}}"
        }) {
      Files.writeString(path().resolve("DONE.json"), text);
      assertThrows(HydraException.class, () -> folder().read(INFO));
    }

    folder().retract();

    assertThat(folder().read(INFO)).isEmpty();
  }

  @Test
  void retract_finished_deletesItsFiles() throws IOException {
    commit(INFO, "hello");
    Files.writeString(path().resolve("other"), "not ours");

    folder().retract();

    assertThat(names()).containsExactly("other");
  }
}
