package io.hydrabeam.runners.flink;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.runners.launch.WorkerJar;
import java.nio.file.Path;

/** The slim jar that is sent to a cluster's workers. */
final class BundledJar {

  static final String NAME = "hydra-beam-bundled.jar";

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
    Path jar = WorkerJar.beside(program, NAME, BUILD);
    check(jar, program.getClassLoader());
    return jar;
  }

  /** Workers must run the code of this program, and take TensorFlow from the cluster's lib/. */
  static void check(Path jar, ClassLoader own) {
    WorkerJar.check(
        jar,
        own,
        BUILD,
        zip -> {
          if (zip.getEntry(FLINK_RUNNER) == null) {
            throw HydraException.usage("%s holds no Flink runner: %s".formatted(jar, BUILD));
          }
          if (zip.getEntry(TENSORFLOW) != null) {
            throw HydraException.usage(
                "%s holds TensorFlow, which a worker can load once only: %s".formatted(jar, BUILD));
          }
        });
  }
}
