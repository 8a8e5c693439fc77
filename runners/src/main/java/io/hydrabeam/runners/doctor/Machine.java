package io.hydrabeam.runners.doctor;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.DiskSpace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What the Java machine and the system tell of themselves. */
final class Machine {

  /** A ViT-B/16 in training takes up to five, the sample's model one. */
  private static final long MEMORY_BYTES = 6_000_000_000L;

  /** Shards, jars and sockets of a cluster's worker; many systems give a shell this number. */
  private static final long OPEN_FILES = 1024;

  /** TensorFlow's native code unpacked, and copies of remote records. */
  private static final long TEMPORARY_BYTES = 2_000_000_000L;

  /** Leases and histories compare times of several machines. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

  /** No clock that was set is before this program. */
  private static final Instant PROGRAM = Instant.parse("2025-01-01T00:00:00Z");

  private Machine() {}

  static Finding java() {
    return Finding.ok(
        "Java",
        "%s (%s), %s %s, %d cores, at most %s of heap"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                DiskSpace.human(Runtime.getRuntime().maxMemory())));
  }

  static Finding memory() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return memory(system.getTotalMemorySize(), system.getFreeMemorySize());
  }

  /** Of the container, where there is one. */
  static Finding memory(long total, long free) {
    String text = "%s, %s of it free".formatted(DiskSpace.human(total), DiskSpace.human(free));
    return total < MEMORY_BYTES
        ? Finding.note(
            "memory",
            text
                + "; training a ViT-B/16 takes up to 5 GB: take a smaller model, --precision=bf16 or"
                + " a larger machine")
        : Finding.ok("memory", text);
  }

  static Finding openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? openFiles(system.getMaxFileDescriptorCount(), system.getOpenFileDescriptorCount())
        : Finding.ok("open files", "this system sets no limit");
  }

  static Finding openFiles(long limit, long open) {
    String text = "at most %,d, now %,d".formatted(limit, open);
    return limit < OPEN_FILES
        ? Finding.note("open files", text + "; raise it with `ulimit -n 65536` before the start")
        : Finding.ok("open files", text);
  }

  static Finding temporarySpace(Path folder) {
    String other = "; name another folder with -Djava.io.tmpdir=FOLDER";
    try {
      Path probe = Files.createTempFile(folder, "hydra-doctor-", "");
      Files.delete(probe);
      long free = Files.getFileStore(folder).getUsableSpace();
      String text = "%s, %s free".formatted(folder, DiskSpace.human(free));
      return free < TEMPORARY_BYTES
          ? Finding.note("temporary", text + "; free some" + other)
          : Finding.ok("temporary", text);
    } catch (IOException e) {
      return Finding.bad(
          "temporary",
          "cannot write to %s: %s%s".formatted(folder, HydraException.reason(e), other));
    }
  }

  /** The system's clock, and that of a disk, which on a network is another machine's. */
  static Finding clock(Path folder) {
    try {
      Path probe = Files.createTempFile(folder, "hydra-doctor-", "");
      try {
        return clock(Instant.now(), Files.getLastModifiedTime(probe).toInstant());
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      return clock(Instant.now(), Instant.now());
    }
  }

  static Finding clock(Instant now, Instant disk) {
    if (now.isBefore(PROGRAM)) {
      return Finding.bad("clock", "%s cannot be: set it, or start the time service".formatted(now));
    }
    Duration skew = Duration.between(now, disk).abs();
    return skew.compareTo(CLOCK_TOLERANCE) > 0
        ? Finding.note(
            "clock",
            "%s, while new files are dated %s: start the time service on both machines"
                .formatted(now, disk))
        : Finding.ok("clock", now.toString());
  }
}
