package io.hydrabeam.runners.launch;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A jar for workers that the build makes beside the program's own. */
public final class WorkerJar {

  private static final String OWN_CLASSES = "io/hydrabeam/";

  private WorkerJar() {}

  /**
   * The jar beside the program's own, or in the build folder if classes were started.
   *
   * @param build what to do where there is none, as in "build it with …"
   * @throws HydraException usage, if there is none
   */
  public static Path beside(Class<?> program, String name, String build) {
    Path jar = origin(program).resolveSibling(name);
    if (!Files.isRegularFile(jar)) {
      throw HydraException.usage(
          "the jar for the workers is missing, %s: %s, or name it as --filesToStage=FILE"
              .formatted(jar, build));
    }
    return jar;
  }

  private static Path origin(Class<?> program) {
    try {
      return Path.of(program.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Makes sure that workers run the code of this program.
   *
   * @param own class loader of the program
   * @param build what to do if they would not
   * @param holds throws if the jar lacks something, or holds something that it must not
   * @throws HydraException usage, if the jar does not fit
   */
  public static void check(Path jar, ClassLoader own, String build, Consumer<ZipFile> holds) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      holds.accept(zip);
      List<? extends ZipEntry> classes =
          zip.stream()
              .filter(entry -> entry.getName().startsWith(OWN_CLASSES))
              .filter(entry -> entry.getName().endsWith(".class"))
              .toList();
      for (ZipEntry entry : classes) {
        if (!sameBytes(entry, own)) {
          throw HydraException.usage(
              "%s was built from other sources than this program (%s differs): %s"
                  .formatted(jar, entry.getName(), build));
        }
      }
    } catch (IOException e) {
      throw new HydraException(
          HydraException.USAGE, "cannot read %s: %s".formatted(jar, HydraException.reason(e)), e);
    }
  }

  private static boolean sameBytes(ZipEntry entry, ClassLoader own) throws IOException {
    try (InputStream mine = own.getResourceAsStream(entry.getName())) {
      if (mine == null) {
        return false;
      }
      CheckedInputStream checked = new CheckedInputStream(mine, new CRC32());
      long bytes = checked.transferTo(OutputStream.nullOutputStream());
      return bytes == entry.getSize() && checked.getChecksum().getValue() == entry.getCrc();
    }
  }
}
