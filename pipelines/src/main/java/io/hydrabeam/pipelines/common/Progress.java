package io.hydrabeam.pipelines.common;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How far the stages of this process are. DoFns count here beside their Beam counters; a launcher
 * in the same JVM shows the numbers, on a cluster nobody looks at them. A retried bundle counts
 * again: these numbers are for watching, never for results.
 */
public final class Progress {
  private static final Map<String, Progress> STAGES = new ConcurrentHashMap<>();

  private final String stage;
  private final String unit;
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  private Progress(String stage, String unit) {
    this.stage = stage;
    this.unit = unit;
  }

  /**
   * Numbers at one moment.
   *
   * @param unit plural of what is counted, as in "images"
   * @param total expected, 0 if unknown
   */
  public record Snapshot(String stage, String unit, long total, long done, long failed) {}

  /**
   * The counter of a stage, made at its first mention.
   *
   * @param unit plural of what is counted, as in "images"
   */
  public static Progress of(String stage, String unit) {
    return STAGES.computeIfAbsent(stage + '/' + unit, name -> new Progress(stage, unit));
  }

  /** All counters, ordered by stage and unit. */
  public static List<Snapshot> snapshots() {
    return STAGES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getValue().snapshot())
        .toList();
  }

  /** Forgets everything; for a launcher that starts a stage anew. */
  public static void reset() {
    STAGES.clear();
  }

  /** More work is expected. */
  public void expect(long more) {
    total.addAndGet(more);
  }

  /** Units were finished. */
  public void done(long units) {
    done.addAndGet(units);
  }

  /** Units were given up. */
  public void failed(long units) {
    failed.addAndGet(units);
  }

  private Snapshot snapshot() {
    return new Snapshot(stage, unit, total.get(), done.get(), failed.get());
  }
}
