package io.hydrabeam.pipelines.storage;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final Duration LIFE = Duration.ofMinutes(5);

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(1_000_000);

  @Test
  void acquire_held_isEmptyUntilItsLifeEnds() throws IOException {
    Lease first = acquire().orElseThrow();
    assertThat(acquire()).isEmpty();
    now.addAndGet(LIFE.toMillis() - 1);
    assertThat(acquire()).isEmpty();
    assertThat(first.renew()).isTrue();
    now.addAndGet(LIFE.toMillis() - 1);
    assertThat(acquire()).isEmpty();
    now.addAndGet(1); // its process is dead: nobody renews
    assertThat(acquire().orElseThrow().generation()).isEqualTo(2);
  }

  @Test
  void close_givesItBack_generationsGrow() throws IOException {
    for (int generation = 1; generation <= 3; generation++) {
      try (Lease lease = acquire().orElseThrow()) {
        assertThat(lease.generation()).isEqualTo(generation);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.count()).isEqualTo(1);
    }
  }

  @Test
  void renew_takenOverMeanwhile_isRefusedAndLeavesTheNewHolder() throws IOException {
    Lease slow = acquire().orElseThrow();
    now.addAndGet(LIFE.toMillis());
    Lease next = acquire().orElseThrow();
    assertThat(slow.renew()).isFalse();
    slow.close();
    assertThat(acquire()).isEmpty();
    assertThat(next.renew()).isTrue();
  }

  @Test
  void byProbe_onADisk_isItsTimeAndLeavesNothing() throws IOException {
    long before = System.currentTimeMillis();
    long millis = ServerClock.byProbe().millis(folder.toString());
    // A disk's times may come from a coarser clock.
    assertThat(millis).isAtLeast(before - 1000);
    assertThat(millis).isAtMost(System.currentTimeMillis() + 1000);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).isEmpty();
    }
  }

  private Optional<Lease> acquire() throws IOException {
    return Lease.acquire(folder.toString(), LIFE, at -> now.get());
  }
}
