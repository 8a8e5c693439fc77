package io.hydrabeam.runners.dataflow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DataflowDefaultsTest {

  private static final Map<String, String> GPU =
      Map.of("numWorkers", "2", "accelerator", "nvidia-tesla-t4", "sdkContainerImage", "image");

  @Test
  void train_onCpu_hasFixedWorkersAndAThreadForEachSlot() {
    assertThat(values("train", Map.of("numWorkers", "3")))
        .containsExactly(
            "experiments", "use_runner_v2",
            "workerMachineType", "n1-highmem-8",
            "jobsAtOnce", "8",
            "numberOfWorkerHarnessThreads", "8",
            "autoscalingAlgorithm", "NONE");
  }

  @Test
  void train_withoutWorkers_isUsage() {
    assertUsage("train", Map.of(), "--numWorkers=INTEGER is missing");
    assertUsage("run", Map.of(), "--numWorkers=INTEGER is missing");
  }

  @Test
  void train_withAutoscaling_isTheUsersChoice() {
    assertThat(values("train", Map.of("autoscalingAlgorithm", "THROUGHPUT_BASED")))
        .doesNotContainKey("autoscalingAlgorithm");
  }

  @Test
  void train_onGpu_hasTwoSlotsAndNeverFallsBackToTheCpu() {
    assertThat(values("train", GPU))
        .containsAtLeast(
            "jobsAtOnce", "2",
            "numberOfWorkerHarnessThreads", "2",
            "device", "gpu",
            "diskSizeGb", "50");
  }

  @Test
  void train_workerAccelerator_isAGpuToo() {
    Map<String, String> given = new HashMap<>(GPU);
    given.remove("accelerator");
    given.put("dataflowServiceOptions", "worker_accelerator=type:nvidia-tesla-t4;count:1");
    assertThat(values("train", given)).containsEntry("device", "gpu");
    assertThat(new DataflowDefaults("preprocess", given).gpu()).isFalse();
  }

  @Test
  void train_hintAndWorkerAccelerator_isUsage() {
    Map<String, String> given = new HashMap<>(GPU);
    given.put("experiments", "worker_accelerator=type:nvidia-tesla-t4;count:1");
    assertUsage("train", given, "takes only one of both");
    given.remove("accelerator");
    given.put("workerMemory", "52GB");
    assertUsage("evaluate", given, "takes only one of both");
  }

  @Test
  void train_gpuWithoutImage_isUsage() {
    Map<String, String> given = new HashMap<>(GPU);
    given.remove("sdkContainerImage");
    assertUsage("train", given, "--sdkContainerImage=IMAGE is missing");
  }

  @Test
  void train_gpuThatNeedsItsOwnMachine_asksForIt() {
    Map<String, String> given = new HashMap<>(GPU);
    given.put("accelerator", "nvidia-l4");
    assertUsage("train", given, "does not attach to n1-highmem-8");
    given.put("accelerator", "type:nvidia-l4;count:1;machine_type:g2-standard-8");
    assertThat(values("train", given)).containsEntry("device", "gpu");
  }

  @Test
  void evaluate_slots_followMachineAndThreads() {
    assertSlots("4", Map.of("workerMachineType", "e2-standard-16", "threads", "4"));
    assertSlots("6", Map.of("workerMachineType", "n2-custom-6-32768"));
    assertSlots("4", Map.of("workerMachineType", "c3-standard-4-lssd"));
    assertSlots("1", Map.of("workerMachineType", "n1-standard-2", "threads", "4"));
    assertSlots("3", Map.of("jobsAtOnce", "3"));
    assertSlots("5", Map.of("numberOfWorkerHarnessThreads", "5"));
  }

  @Test
  void evaluate_machineOfUnknownSize_asksForTheSlots() {
    assertUsage("evaluate", Map.of("workerMachineType", "e2-medium"), "--jobsAtOnce=INTEGER");
  }

  @Test
  void preprocess_leavesWorkersToDataflow() {
    assertThat(values("preprocess", Map.of("experiments", "other")))
        .containsExactly("experiments", "other,use_runner_v2");
  }

  private static void assertSlots(String slots, Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.putAll(values("evaluate", given));
    assertThat(all).containsEntry("jobsAtOnce", slots);
    assertThat(all).containsEntry("numberOfWorkerHarnessThreads", slots);
    assertThat(all).doesNotContainKey("autoscalingAlgorithm");
  }

  private static Map<String, String> values(String command, Map<String, String> given) {
    return new DataflowDefaults(command, given).values();
  }

  private static void assertUsage(String command, Map<String, String> given, String part) {
    HydraException thrown = assertThrows(HydraException.class, () -> values(command, given));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown.line()).contains(part);
  }
}
