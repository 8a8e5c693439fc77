package io.hydrabeam.pipelines.common;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Failure;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HydraExceptionTest {

  @Test
  void in_wrapped_isFound() {
    HydraException inner = HydraException.usage("line");

    assertThat(HydraException.in(new RuntimeException(new IllegalStateException(inner))))
        .hasValue(inner);
    assertThat(HydraException.in(new RuntimeException("other"))).isEmpty();
  }

  @Test
  void in_textOfACluster_isTakenOut() {
    Exception remote =
        new RuntimeException(
            "Job failed.\nCaused by: "
                + HydraException.failed("cannot write x: full")
                + "\n\tat y");

    HydraException found = HydraException.in(remote).orElseThrow();

    assertThat(found.line()).isEqualTo("cannot write x: full");
    assertThat(found.exitCode()).isEqualTo(HydraException.FAILED);
  }

  @Test
  void line_withBreaks_becomesOne() {
    assertThat(HydraException.failed(" a\n  b\r\nc ").line()).isEqualTo("a b c");
  }

  @Test
  void reason_ofEachKind_isShort() {
    assertThat(HydraException.reason(new NoSuchFileException("/x")))
        .isEqualTo("no such file or folder");
    assertThat(HydraException.reason(new AccessDeniedException("/x")))
        .isEqualTo("permission denied");
    assertThat(HydraException.reason(new FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("Read-only file system");
    assertThat(HydraException.reason(new FileNotFoundException("/x (Permission denied)")))
        .isEqualTo("Permission denied");
    assertThat(HydraException.reason(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(HydraException.reason(new IOException())).isEqualTo("IOException");
    assertThat(HydraException.reason(new IOException("x.npz: holds no ViT, but 2 tensors (a, b)")))
        .isEqualTo("x.npz: holds no ViT, but 2 tensors (a, b)");
  }

  @Test
  void io_fullDisk_saysSo() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "only some systems have a device that is always full");

    IOException thrown =
        assertThrows(
            IOException.class,
            () -> {
              try (OutputStream out = new BufferedOutputStream(Storage.create(full.toString()))) {
                out.write(1);
              }
            });

    assertThat(HydraException.io("write", "x", thrown).line())
        .isEqualTo("cannot write x: No space left on device");
  }

  @Test
  void require_moreThanThereIs_isRefused() throws IOException {
    Path folder = Files.createTempDirectory("space");
    HydraException thrown =
        assertThrows(
            HydraException.class, () -> DiskSpace.require(folder.toString(), Long.MAX_VALUE));

    assertThat(thrown.line()).contains(" free, and about 9223 PB will be written");
    assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    DiskSpace.require(folder.toString(), 1);
    try (var left = Files.list(folder)) {
      assertThat(left.count()).isEqualTo(0);
    }
  }

  @Test
  void human_sizes_areReadable() {
    assertThat(DiskSpace.human(999)).isEqualTo("999 B");
    assertThat(DiskSpace.human(1500)).isEqualTo("1.5 kB");
    assertThat(DiskSpace.human(58_000_000_000L)).isEqualTo("58.0 GB");
    assertThat(DiskSpace.human(999_999)).isEqualTo("1.0 MB");
  }

  @Test
  void exitCode_ofResults_followsFailures() {
    List<Failure> one = List.of(Failure.newBuilder().setWhat("w").build());

    assertThat(new StageResult("s", 2, 0, 0, List.of(), List.of()).exitCode()).isEqualTo(0);
    assertThat(new StageResult("s", 2, 0, 1, one, List.of()).exitCode()).isEqualTo(3);
    assertThat(new StageResult("s", 0, 0, 1, one, List.of()).exitCode()).isEqualTo(1);
    assertThat(new StageResult("s", 0, 1, 0, one, List.of()).exitCode()).isEqualTo(3);
  }

  @Test
  void multisetHash_orderAndParts_doNotMatter() {
    byte[] a = Hashing.sha256().digest(new byte[] {1});
    byte[] b = Hashing.sha256().digest(new byte[] {2});
    String together = new MultisetHash().add(a).add(b).add(b).hex();
    String parts = new MultisetHash().add(b).hex();

    assertThat(new MultisetHash().add(b).add(a).addHex(parts).hex()).isEqualTo(together);
    assertThat(new MultisetHash().add(a).add(b).hex()).isNotEqualTo(together);
    byte[] most = new byte[32];
    Arrays.fill(most, (byte) 0xff);
    byte[] one = new byte[32];
    one[31] = 1;
    assertThat(new MultisetHash().add(most).add(one).hex()).isEqualTo("0".repeat(64));
  }

  @Test
  void sha256Hex_ofTexts_separatesThem() {
    assertThat(Hashing.sha256Hex(List.of("ab", "c")))
        .isNotEqualTo(Hashing.sha256Hex(List.of("a", "bc")));
  }

  @Test
  void progress_counts_areSeenInSnapshots() {
    Progress.reset();
    Progress progress = Progress.of("stage", "things");
    progress.expect(5);
    Progress.of("stage", "things").done(2);
    progress.failed(1);

    assertThat(Progress.snapshots())
        .containsExactly(new Progress.Snapshot("stage", "things", 5, 2, 1));
    Progress.reset();
    assertThat(Progress.snapshots()).isEmpty();
  }
}
