package io.hydrabeam.model.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs jobs at the same time, each in a thread, and lets what is measured begin together. */
final class SideBySide {

  private SideBySide() {}

  /** The moment that all jobs wait for; each awaits it exactly once. */
  @FunctionalInterface
  interface Start {
    void await() throws InterruptedException;
  }

  /** One of the jobs. */
  @FunctionalInterface
  interface Job<T> {
    T run(int job, Start start) throws Exception;
  }

  /**
   * Runs all to their end.
   *
   * @return what each gives, in order
   * @throws IllegalStateException with the first failure as its cause
   */
  static <T> List<T> run(int jobs, Job<T> job) throws InterruptedException {
    CyclicBarrier barrier = new CyclicBarrier(jobs);
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        int number = i;
        running.add(threads.submit(() -> job.run(number, () -> await(barrier))));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measured job failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await();
    } catch (BrokenBarrierException e) {
      throw new IllegalStateException("another job failed", e);
    }
  }
}
