package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.evaluations.EvaluationId;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Lease;
import io.hydrabeam.pipelines.storage.ServerClock;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A start by a clock, of which there may be too many: the period's evaluation is made if there is
 * none and nobody else is at it. A start that was missed does no harm, the next makes the
 * evaluation of its own period.
 *
 * @param scores folder of the evaluations
 */
record ScheduledStart(Schedule schedule, String scores, ServerClock clock) {
  /** How long after its last sign of life a start counts as dead. */
  private static final Duration LIFE = Duration.ofMinutes(5);

  /**
   * Makes an evaluation.
   *
   * @param <T> what it tells
   */
  interface Work<T> {
    T run(EvaluationId id, Instant now) throws IOException;
  }

  /**
   * What a start comes to.
   *
   * @param id of the period's evaluation
   * @param made what was made now; empty if it stood, or another start is at it
   */
  record Outcome<T>(EvaluationId id, Optional<T> made) {}

  /**
   * Starts.
   *
   * @param work commits to the folder of the id that it is given, or not at all
   */
  <T> Outcome<T> run(Work<T> work) throws IOException {
    String leases = Storage.resolve(scores, ".leases/" + schedule.hash().substring(0, 8));
    Instant now = Instant.ofEpochMilli(clock.millis(leases));
    EvaluationId id = schedule.due(now);
    if (isFinished(id)) {
      return new Outcome<>(id, Optional.empty());
    }
    Optional<Lease> lease = Lease.acquire(leases, LIFE, clock);
    if (lease.isEmpty()) {
      return new Outcome<>(id, Optional.empty());
    }
    try (Lease held = lease.get()) {
      if (isFinished(id)) { // while the lease was taken
        return new Outcome<>(id, Optional.empty());
      }
      held.keep();
      return new Outcome<>(id, Optional.of(work.run(id, now)));
    }
  }

  private boolean isFinished(EvaluationId id) throws IOException {
    return ArtifactFolder.at(Storage.resolve(scores, id.toString())).sweepIfFinished();
  }
}
