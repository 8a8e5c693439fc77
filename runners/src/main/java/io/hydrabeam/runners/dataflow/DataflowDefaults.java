package io.hydrabeam.runners.dataflow;

import io.hydrabeam.pipelines.common.HydraException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Options that a launch on Dataflow needs and that the user left to the program. */
final class DataflowDefaults {

  /** Memory for eight trainings of ViT-B/16 beside each other, and the older GPUs attach to it. */
  static final String MACHINE = "n1-highmem-8";

  /** One computes while the other prepares. */
  private static final int GPU_SLOTS = 2;

  /** For CUDA's image, the jar and TensorFlow's unpacked natives. */
  private static final String GPU_DISK = "50";

  private static final String RUNNER_V2 = "use_runner_v2";

  private static final Pattern ATTACHABLE = Pattern.compile("nvidia-tesla-(t4|p4|p100|v100)\\b");
  private static final Pattern CUSTOM = Pattern.compile("(?:\\w+-)?custom-(\\d+)-\\d+(?:-ext)?");
  private static final Pattern NAMED = Pattern.compile("[a-z]\\w*-[a-z]+-(\\d+)(?:-\\w+)?");

  private final Map<String, String> given;
  private final boolean computes;
  private final boolean trains;

  /**
   * @param command one of the stages, or all of them
   * @param given options of command and runner, by name
   */
  DataflowDefaults(String command, Map<String, String> given) {
    this.given = given;
    this.trains = command.equals("train") || command.equals("run");
    this.computes = trains || command.equals("evaluate");
  }

  /** Whether workers compute on GPUs. */
  boolean gpu() {
    return computes && (!accelerator().isEmpty() || isGpuOfWholePool());
  }

  /**
   * Values by option; what was given is not among them.
   *
   * @throws HydraException usage, if something has no sound default
   */
  Map<String, String> values() {
    requireOneWayToAskForGpus();
    Map<String, String> added = new LinkedHashMap<>();
    added.put("experiments", experiments());
    if (computes) {
      addComputing(added);
    }
    if (trains && given.getOrDefault("autoscalingAlgorithm", "NONE").equals("NONE")) {
      if (!given.containsKey("numWorkers")) {
        throw HydraException.usage(
            "--numWorkers=INTEGER is missing: training has no autoscaling, as jobs wait in no queue"
                + " that Dataflow could see; each worker trains --jobsAtOnce jobs at once");
      }
      added.put("autoscalingAlgorithm", "NONE");
    }
    added.keySet().removeIf(name -> given.containsKey(name) && !name.equals("experiments"));
    return added;
  }

  private void addComputing(Map<String, String> added) {
    String machine = given.getOrDefault("workerMachineType", MACHINE);
    if (gpu()) {
      requireGpuMachine();
      requireImage();
      added.put("device", "gpu");
      added.put("diskSizeGb", GPU_DISK);
    }
    added.put("workerMachineType", machine);
    String slots = String.valueOf(slots(machine));
    added.put("jobsAtOnce", slots);
    added.put("numberOfWorkerHarnessThreads", slots);
  }

  /** A thread that waits for a slot would hold a job that another worker could do. */
  private int slots(String machine) {
    int wanted = integer("jobsAtOnce", 0);
    if (wanted <= 0) {
      wanted = integer("numberOfWorkerHarnessThreads", 0);
    }
    if (wanted > 0) {
      return wanted;
    }
    return gpu() ? GPU_SLOTS : Math.max(1, cores(machine) / Math.max(1, integer("threads", 1)));
  }

  private static int cores(String machine) {
    for (Pattern pattern : List.of(CUSTOM, NAMED)) {
      Matcher matcher = pattern.matcher(machine);
      if (matcher.matches()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    throw HydraException.usage(
        "--jobsAtOnce=INTEGER is missing: how many cores a worker has does not follow from"
            + " --workerMachineType=%s".formatted(machine));
  }

  private int integer(String option, int otherwise) {
    String value = given.get(option);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw HydraException.usage("--%s=%s is no whole number".formatted(option, value));
    }
  }

  /** Runner v2 is what takes images, hints and threads of this kind. */
  private String experiments() {
    List<String> experiments = list("experiments");
    if (!experiments.contains(RUNNER_V2)) {
      experiments.add(RUNNER_V2);
    }
    return String.join(",", experiments);
  }

  private void requireOneWayToAskForGpus() {
    boolean hinted =
        given.containsKey("accelerator")
            || given.containsKey("workerMemory")
            || given.containsKey("resourceHints");
    if (hinted && isGpuOfWholePool()) {
      throw HydraException.usage(
          "--accelerator and --workerMemory are hints for single steps, worker_accelerator is for"
              + " all workers of a job, and Dataflow takes only one of both: leave one out");
    }
  }

  private void requireGpuMachine() {
    String hint = accelerator();
    boolean chosen = given.containsKey("workerMachineType") || hint.contains("machine_type:");
    if (!hint.isEmpty() && !chosen && !ATTACHABLE.matcher(hint).find()) {
      throw HydraException.usage(
          "--accelerator=%s does not attach to %s: name the machine in the hint, as in"
                  .formatted(hint, MACHINE)
              + " \"type:nvidia-l4;count:1;machine_type:g2-standard-8;install-nvidia-driver\"");
    }
  }

  private void requireImage() {
    if (!given.containsKey("sdkContainerImage")) {
      throw HydraException.usage(
          "--sdkContainerImage=IMAGE is missing: workers with a GPU need CUDA's libraries, which"
              + " Beam's own image lacks; runners/dataflow/Dockerfile makes one that has them");
    }
  }

  private String accelerator() {
    return given.getOrDefault("accelerator", "");
  }

  private boolean isGpuOfWholePool() {
    List<String> switches = list("dataflowServiceOptions");
    switches.addAll(list("experiments"));
    return switches.stream().anyMatch(each -> each.startsWith("worker_accelerator"));
  }

  private List<String> list(String option) {
    String value = given.getOrDefault(option, "");
    return new ArrayList<>(value.isEmpty() ? List.of() : List.of(value.split(",", -1)));
  }
}
