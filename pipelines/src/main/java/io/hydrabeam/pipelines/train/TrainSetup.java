package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.model.train.TrainingMemory;
import io.hydrabeam.pipelines.jobs.JobSlots;
import io.hydrabeam.pipelines.jobs.Retry;
import java.io.Serializable;
import java.util.UUID;

/**
 * How workers train; nothing here changes a result, but for last bits where jobs are stacked.
 *
 * @param device where models compute
 * @param threads of one model
 * @param jobsAtOnce models at once in a process; 0 for as many as fit
 * @param memoryBudget of a training set, MiB
 * @param retry of jobs
 * @param stack jobs that are trained in one graph, at most
 * @param launch id of this run of the command
 * @param memory of the largest stack outside the Java heap, roughly
 */
record TrainSetup(
    Device device,
    int threads,
    int jobsAtOnce,
    long memoryBudget,
    Retry retry,
    int stack,
    String launch,
    TrainingMemory memory)
    implements Serializable {

  TrainSetup {
    requirePositive("threads", threads);
    requirePositive("memoryBudget", memoryBudget);
    requirePositive("stack", stack);
    if (jobsAtOnce < 0) {
      throw new IllegalArgumentException("jobsAtOnce (%d) must be 0 or more".formatted(jobsAtOnce));
    }
  }

  static TrainSetup from(TrainOptions options) {
    return new TrainSetup(
        options.getDevice(),
        options.getThreads(),
        options.getJobsAtOnce(),
        options.getMemoryBudget(),
        Retry.of(options.getMaxAttempts()),
        options.getStack(),
        UUID.randomUUID().toString(),
        TrainingMemory.NONE);
  }

  /** The same for jobs that need so much memory. */
  TrainSetup withMemory(TrainingMemory ofJobs) {
    return new TrainSetup(device, threads, jobsAtOnce, memoryBudget, retry, stack, launch, ofJobs);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException("%s (%d) must be positive".formatted(name, value));
    }
  }

  TensorFlowRuntime runtime() {
    return new TensorFlowRuntime(device, threads);
  }

  /** The slots that jobs of this process compute in. */
  JobSlots slots() {
    return JobSlots.of(jobsAtOnce, runtime(), memory.shared(), memory.each());
  }
}
