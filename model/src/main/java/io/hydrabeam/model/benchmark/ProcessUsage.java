package io.hydrabeam.model.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What this process has used, as the system counts it. */
final class ProcessUsage {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  /** Makes Linux forget the peak (man 5 proc). */
  private static final String FORGET_PEAK = "5";

  private static final String PEAK = "VmHWM:";
  private static final long KIBI = 1024;

  private ProcessUsage() {}

  /** CPU seconds of all threads since the process's start. */
  static double cpuSeconds() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }

  /** Begins a new peak where the system allows it; else the next one is the process's. */
  static void forgetPeak() {
    try {
      Files.writeString(CLEAR, FORGET_PEAK);
    } catch (IOException e) {
      // Not Linux, or not allowed: the peak is then since the process's start, as documented.
    }
  }

  /** Most resident memory, on Linux. */
  static OptionalLong peakBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(PEAK)) {
          String number = line.substring(PEAK.length()).replace("kB", "").strip();
          return OptionalLong.of(KIBI * Long.parseLong(number));
        }
      }
      return OptionalLong.empty();
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
