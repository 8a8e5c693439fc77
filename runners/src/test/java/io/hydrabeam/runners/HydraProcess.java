package io.hydrabeam.runners;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The launcher as a process of its own, with this build's class path. */
final class HydraProcess implements AutoCloseable {

  private static final long TIMEOUT_MINUTES = 10;

  private final Process process;
  private final Path out;
  private final Path err;

  private HydraProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts it in {@code folder}, where its output is also kept. */
  static HydraProcess start(Path folder, String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Hydra.class.getName()));
    command.addAll(List.of(words));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("TF_CPP_MIN_LOG_LEVEL"); // as where a user starts it
    return new HydraProcess(builder.start(), out, err);
  }

  /** Runs it to its end. */
  static Launched run(Path folder, String... words) throws IOException, InterruptedException {
    try (HydraProcess hydra = start(folder, words)) {
      return hydra.await();
    }
  }

  Launched await() throws IOException, InterruptedException {
    if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
      throw new AssertionError(
          "still running after %d minutes: %s".formatted(TIMEOUT_MINUTES, err()));
    }
    return new Launched(process.exitValue(), Files.readString(out), err());
  }

  /** What it has said so far, without TensorFlow's own lines. */
  String err() {
    try {
      String text = Files.readString(err, StandardCharsets.UTF_8);
      StringBuilder own = new StringBuilder();
      text.lines()
          .filter(line -> !line.startsWith("WARNING: All log messages before absl"))
          .filter(line -> !line.matches("[IW]\\d{4} .*\\.(cc|h):\\d+\\].*"))
          .forEach(line -> own.append(line).append('\n'));
      return own.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it ends within that time. */
  boolean endsWithinMillis(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** As {@code kill -9}: no shutdown hook runs. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As Ctrl-C or a scheduler's polite end. */
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
