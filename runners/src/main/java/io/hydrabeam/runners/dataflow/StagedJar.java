package io.hydrabeam.runners.dataflow;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.runners.launch.WorkerJar;
import java.nio.file.Path;
import java.util.zip.ZipFile;

/**
 * The jar that Dataflow's workers get: the whole program with TensorFlow. A worker's process serves
 * one job only, so it loads TensorFlow once, and no image has to carry the same version.
 */
final class StagedJar {

  static final String NAME = "hydra-beam-all.jar";

  private static final String RUNNER = "org/apache/beam/runners/dataflow/DataflowRunner.class";
  private static final String NATIVES = "org/tensorflow/internal/c_api/linux-x86_64%s/";

  private StagedJar() {}

  /**
   * The jar that was started, or the one of the last build if classes were started.
   *
   * @param gpu whether workers compute on a GPU
   * @throws HydraException usage, if there is none or workers could not run it
   */
  static Path find(Class<?> program, boolean gpu) {
    Path jar = WorkerJar.beside(program, NAME, build(gpu));
    check(jar, program.getClassLoader(), gpu);
    return jar;
  }

  /** Workers are machines with Linux on x86-64, whatever this one is. */
  static void check(Path jar, ClassLoader own, boolean gpu) {
    WorkerJar.check(
        jar,
        own,
        build(gpu),
        zip -> {
          if (zip.getEntry(RUNNER) == null) {
            throw HydraException.usage(
                "%s holds no Dataflow runner: %s".formatted(jar, build(gpu)));
          }
          if (!holds(zip, NATIVES.formatted("-gpu"))
              && (gpu || !holds(zip, NATIVES.formatted("")))) {
            throw HydraException.usage(
                "%s holds no TensorFlow for Linux on x86-64%s: %s"
                    .formatted(jar, gpu ? " with CUDA" : "", build(gpu)));
          }
        });
  }

  private static boolean holds(ZipFile zip, String folder) {
    return zip.stream().anyMatch(entry -> entry.getName().startsWith(folder));
  }

  private static String build(boolean gpu) {
    return "build it with mvn -q %s package -DskipTests"
        .formatted(
            gpu
                ? "-Pdataflow-runner,gpu"
                : "-Pdataflow-runner -Dtensorflow.classifier=linux-x86_64");
  }
}
