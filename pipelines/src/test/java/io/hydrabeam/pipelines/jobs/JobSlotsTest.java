package io.hydrabeam.pipelines.jobs;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.TensorFlowRuntime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class JobSlotsTest {
  private static final long GIB = 1L << 30;

  @Test
  void thatFit_memoryForFewerThanCores_isWhatMemoryHolds() {
    assertThat(JobSlots.thatFit(16, 3 * GIB, 31 * GIB)).isEqualTo(10);
    assertThat(JobSlots.thatFit(4, 3 * GIB, 31 * GIB)).isEqualTo(4);
    assertThat(JobSlots.thatFit(16, 3 * GIB, GIB)).isEqualTo(1);
    assertThat(JobSlots.thatFit(16, 3 * GIB, -GIB)).isEqualTo(1);
    assertThat(JobSlots.thatFit(16, 0, GIB)).isEqualTo(16);
  }

  @Test
  void of_numberWanted_isGivenWhateverTheMemory() throws Exception {
    JobSlots slots = JobSlots.of(3, TensorFlowRuntime.singleThread(), 0, Long.MAX_VALUE);
    assertThat(atOnce(slots, 6)).isAtMost(3);
  }

  @Test
  void runAlone_othersRun_waitsForThemAndKeepsThemOut() throws Exception {
    JobSlots slots = JobSlots.of(5);
    AtomicInteger running = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      Future<Integer> first =
          pool.submit(
              () ->
                  slots.run(
                      () -> {
                        running.incrementAndGet();
                        started.countDown();
                        go.await();
                        return running.decrementAndGet();
                      }));
      started.await();
      Future<Integer> alone = pool.submit(() -> slots.runAlone(running::get));
      go.countDown();
      assertThat(first.get()).isEqualTo(0);
      assertThat(alone.get()).isEqualTo(0);
    } finally {
      pool.shutdownNow();
    }
  }

  private static int atOnce(JobSlots slots, int jobs) throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(jobs);
    try {
      for (int i = 0; i < jobs; i++) {
        var unused =
            pool.submit(
                () ->
                    slots.run(
                        () -> {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          Thread.yield();
                          return running.decrementAndGet();
                        }));
      }
    } finally {
      pool.shutdown();
      var unused = pool.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES);
    }
    return most.get();
  }
}
