package io.hydrabeam.runners.doctor;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.runners.flink.FlinkLaunch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;

/** Looks at everything that a run needs, and tells each finding as soon as it has it. */
public final class Doctor {

  private Doctor() {}

  /**
   * Looks.
   *
   * @param flink address of a cluster's REST interface
   * @param storage folders that runs would use, local or gs://
   * @param options with the credentials for them
   * @param told each finding in order
   * @return all findings
   */
  public static List<Finding> examine(
      Optional<String> flink, List<String> storage, PipelineOptions options, Consumer<Finding> told)
      throws InterruptedException {
    List<Finding> all = new ArrayList<>();
    Consumer<Finding> note = told.andThen(all::add);
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    note.accept(Machine.java());
    note.accept(Machine.memory());
    note.accept(Machine.openFiles());
    note.accept(Machine.temporarySpace(temporary));
    note.accept(Machine.clock(temporary));
    note.accept(NativeCode.cache());
    NativeCode.tensorFlow().forEach(note);
    note.accept(
        flink.isPresent()
            ? cluster(flink.get())
            : Finding.note("Flink", "not looked at: --flink=HOST:PORT of a JobManager"));
    if (storage.isEmpty()) {
      note.accept(Finding.note("storage", "not looked at: --storage=FOLDER or gs://BUCKET/FOLDER"));
    }
    for (String folder : storage) {
      note.accept(StorageAccess.look(folder, options));
    }
    return all;
  }

  private static Finding cluster(String address) {
    try {
      return Finding.ok("Flink", FlinkLaunch.describe(address));
    } catch (HydraException e) {
      return Finding.bad("Flink", e.line().replace("--flinkMaster=", "--flink="));
    }
  }
}
