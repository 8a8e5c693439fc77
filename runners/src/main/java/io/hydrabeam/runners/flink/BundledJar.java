package io.hydrabeam.runners.flink;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The slim jar that is sent to a cluster's workers. */
final class BundledJar {

  static final String NAME = "hydra-beam-bundled.jar";

  private static final String OWN_CLASSES = "io/hydrabeam/";
  private static final String FLINK_RUNNER = "org/apache/beam/runners/flink/FlinkRunner.class";
  private static final String TENSORFLOW = "org/tensorflow/TensorFlow.class";
  private static final String BUILD = "build it with mvn -q -Pflink-runner package -DskipTests";

  private BundledJar() {}

  /**
   * The jar beside the program's own, or in the build folder if classes were started.
   *
   * @throws HydraException usage, if there is none or it does not fit this program
   */
  static Path find(Class<?> program) {
    Path jar = beside(program);
    if (!Files.isRegularFile(jar)) {
      throw HydraException.usage(
          "the jar for the workers is missing, %s: %s, or name it as --filesToStage=FILE"
              .formatted(jar, BUILD));
    }
    check(jar, program.getClassLoader());
    return jar;
  }

  private static Path beside(Class<?> program) {
    try {
      Path origin = Path.of(program.getProtectionDomain().getCodeSource().getLocation().toURI());
      return origin.resolveSibling(NAME);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Workers must run the code of this program, and take TensorFlow from the cluster's lib/. */
  static void check(Path jar, ClassLoader own) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.getEntry(FLINK_RUNNER) == null) {
        throw HydraException.usage("%s holds no Flink runner: %s".formatted(jar, BUILD));
      }
      if (zip.getEntry(TENSORFLOW) != null) {
        throw HydraException.usage(
            "%s holds TensorFlow, which a worker can load once only: %s".formatted(jar, BUILD));
      }
      List<? extends ZipEntry> classes =
          zip.stream()
              .filter(entry -> entry.getName().startsWith(OWN_CLASSES))
              .filter(entry -> entry.getName().endsWith(".class"))
              .toList();
      for (ZipEntry entry : classes) {
        if (!sameBytes(entry, own)) {
          throw HydraException.usage(
              "%s was built from other sources than this program (%s differs): %s"
                  .formatted(jar, entry.getName(), BUILD));
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
