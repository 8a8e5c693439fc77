package io.hydrabeam.pipelines.jobs;

import com.sun.management.OperatingSystemMXBean;
import io.hydrabeam.model.TensorFlowRuntime;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Limits how many models compute at once in this process, whatever number of threads the runner
 * uses: more than there are cores only slows each of them down and adds memory.
 */
public final class JobSlots {
  private static final Map<Integer, JobSlots> BY_SIZE = new ConcurrentHashMap<>();

  /** One computes while the other prepares; more may not fit into the card's memory. */
  private static final int GPU_SLOTS = 2;

  /** The program itself, TensorFlow's native code, and what else runs. */
  private static final long RESERVE_BYTES = 1L << 30;

  private final int slots;
  private final Semaphore free;

  private JobSlots(int slots) {
    this.slots = slots;
    this.free = new Semaphore(slots, true);
  }

  /** Work that may fail in the ways a job can. */
  @FunctionalInterface
  public interface Work<T, X extends Exception> {
    T run() throws X, InterruptedException;
  }

  /** The slots of this process; all users of the same number share them. */
  static JobSlots of(int slots) {
    return BY_SIZE.computeIfAbsent(slots, JobSlots::new);
  }

  /**
   * The slots of this process for options' values.
   *
   * @param jobsAtOnce wanted; 0 for as many as fit onto the cores and into the memory, or two on a
   *     GPU
   * @param runtime of each model
   * @param sharedBytes that all jobs of the process take once, outside the Java heap
   * @param jobBytes that the largest job takes besides; 0 if that does not matter
   */
  public static JobSlots of(
      int jobsAtOnce, TensorFlowRuntime runtime, long sharedBytes, long jobBytes) {
    if (jobsAtOnce > 0) {
      return of(jobsAtOnce);
    }
    if (runtime.deviceName().equals("gpu")) {
      return of(GPU_SLOTS);
    }
    return of(thatFit(runtime.jobsThatFit(), jobBytes, freeForJobs() - sharedBytes));
  }

  /** As many of the wanted as memory holds, at least one. */
  static int thatFit(int wanted, long jobBytes, long freeBytes) {
    return jobBytes <= 0 ? wanted : (int) Math.max(1, Math.min(wanted, freeBytes / jobBytes));
  }

  /** The machine's or container's memory that the Java heap leaves, without a reserve. */
  private static long freeForJobs() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getTotalMemorySize() - Runtime.getRuntime().maxMemory() - RESERVE_BYTES;
  }

  /** How many. */
  public int count() {
    return slots;
  }

  /** Waits for a slot and runs. */
  public <T, X extends Exception> T run(Work<T, X> work) throws X, InterruptedException {
    return run(1, work);
  }

  /**
   * Waits for all slots and runs: no other work goes on in this process, so if it takes the process
   * down, then it alone.
   */
  public <T, X extends Exception> T runAlone(Work<T, X> work) throws X, InterruptedException {
    return run(slots, work);
  }

  private <T, X extends Exception> T run(int taken, Work<T, X> work)
      throws X, InterruptedException {
    free.acquire(taken);
    try {
      return work.run();
    } finally {
      free.release(taken);
    }
  }
}
