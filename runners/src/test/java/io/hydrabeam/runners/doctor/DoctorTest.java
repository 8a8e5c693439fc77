package io.hydrabeam.runners.doctor;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.runners.doctor.Finding.State;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the looks make of what they see; {@code DoctorCommandTest} looks at this machine. */
final class DoctorTest {

  private static final Instant NOW = Instant.parse("2026-05-31T23:59:59Z");

  @Test
  void memory_tooLittleForTheLargeModel_isANote() {
    assertFinding(Machine.memory(16_000_000_000L, 1), State.OK, "16.0 GB");
    assertFinding(Machine.memory(4_000_000_000L, 1), State.NOTE, "4.0 GB", "--precision=bf16");
  }

  @Test
  void openFiles_few_saysHowToRaiseThem() {
    assertFinding(Machine.openFiles(1024, 10), State.OK, "at most 1,024, now 10");
    assertFinding(Machine.openFiles(256, 10), State.NOTE, "ulimit -n");
  }

  @Test
  void temporarySpace_folderThatCannotBeWritten_isBad(@TempDir Path folder) {
    assertThat(Machine.temporarySpace(folder).state()).isNotEqualTo(State.BAD);
    Path missing = folder.resolve("missing");
    assertFinding(
        Machine.temporarySpace(missing), State.BAD, missing.toString(), "-Djava.io.tmpdir=");
  }

  @Test
  void clock_wrongOrUnlikeTheDisks_isTold() {
    assertFinding(Machine.clock(NOW, NOW.plusSeconds(59)), State.OK, "2026-05-31T23:59:59Z");
    assertFinding(Machine.clock(NOW, NOW.plusSeconds(61)), State.NOTE, "2026-06-01T00:01:00Z");
    assertFinding(Machine.clock(NOW, NOW.minusSeconds(61)), State.NOTE, "time service");
    assertFinding(Machine.clock(Instant.EPOCH, Instant.EPOCH), State.BAD, "1970-01-01");
  }

  @Test
  void explain_missingLibrary_isNamed() {
    LinkageError thrown =
        new NoClassDefFoundError("Could not initialize class org.tensorflow.TensorFlow");
    thrown.initCause(
        new UnsatisfiedLinkError(
            "/c/libjnitensorflow.so: libstdc++.so.6: cannot open shared object file: No such file"));
    assertThat(NativeCode.explain(thrown)).contains("the shared library libstdc++.so.6 is missing");
    assertThat(NativeCode.explain(new UnsatisfiedLinkError("no such\nplatform")))
        .contains("no such\nplatform");
    // However the loader breaks its lines, a finding is one.
    assertThat(Finding.bad("TensorFlow", "no such\nplatform").toString())
        .isEqualTo("BAD   TensorFlow     no such platform");
  }

  @Test
  void cuda_namesWhatThisBuildMisses() {
    assertFinding(NativeCode.cuda(false, false, library -> false), State.OK, "on the CPU");
    assertFinding(NativeCode.cuda(false, true, library -> false), State.NOTE, "build with -Pgpu");
    assertFinding(NativeCode.cuda(true, true, library -> true), State.OK, "CUDA 12 and cuDNN 9");
    Finding noCudnn = NativeCode.cuda(true, true, library -> !library.startsWith("libcudnn"));
    assertFinding(noCudnn, State.NOTE, "missing: libcudnn.so.9;");
    assertThat(noCudnn.text()).doesNotContain("nvidia-smi");
    assertFinding(
        NativeCode.cuda(true, false, library -> !library.equals("libcuda.so.1")),
        State.NOTE,
        "missing: libcuda.so.1;",
        "nvidia-smi");
  }

  private static void assertFinding(Finding finding, State state, String... contains) {
    assertThat(finding.state()).isEqualTo(state);
    for (String text : contains) {
      assertThat(finding.text()).contains(text);
    }
  }
}
