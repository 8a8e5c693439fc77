package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.runners.doctor.Doctor;
import io.hydrabeam.runners.doctor.Finding;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** What this machine, a cluster and a storage offer, and what is missing: a line each. */
final class DoctorCommand implements Command {

  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String summary() {
    return "looks at Java, TensorFlow, devices, memory, disk, Flink and gs://: OK, or what to do";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return DoctorOptions.class;
  }

  @Override
  public boolean looksAtPaths() {
    return true;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws InterruptedException {
    DoctorOptions options = given.as(DoctorOptions.class);
    List<String> storage = options.getStorage();
    terminal.out().println(Finding.State.OK + "    program        " + Version.line());
    List<Finding> findings =
        Doctor.examine(
            Optional.ofNullable(options.getFlink()),
            storage == null ? List.of() : storage,
            options,
            finding -> {
              terminal.out().println(finding);
              terminal.out().flush();
            });
    boolean bad = findings.stream().anyMatch(each -> each.state() == Finding.State.BAD);
    return bad ? HydraException.FAILED : 0;
  }
}
