package io.hydrabeam.runners;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A small file system of its own for a test; only root may mount one. */
record Mounted(Path folder) implements AutoCloseable {

  /**
   * Mounts memory as a disk, or skips the test where that is not allowed.
   *
   * @param options of mount, as "size=1m" or "ro"
   */
  static Mounted memory(Path folder, String options) throws IOException, InterruptedException {
    int exitCode = run("mount", "-t", "tmpfs", "-o", options, "hydra-test", folder.toString());
    Assumptions.assumeTrue(exitCode == 0, "mounting a file system is not allowed here");
    return new Mounted(folder);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (run("umount", folder.toString()) != 0) {
      throw new IOException("cannot unmount " + folder);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // there is no such program
    }
  }
}
