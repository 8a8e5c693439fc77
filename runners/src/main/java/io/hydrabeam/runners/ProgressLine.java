package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows how far long work is: on a screen one line that is rewritten, elsewhere a line every ten
 * seconds, and only when something has moved.
 */
final class ProgressLine implements AutoCloseable {

  private static final Duration LIVE_INTERVAL = Duration.ofMillis(500);
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);
  private static final String CLEAR_LINE = "\r\u001b[K";

  /** Where a stage was first seen, to tell its speed. */
  private record Start(long nanos, Map<String, Long> done) {}

  private final Terminal terminal;
  private final LongSupplier nanoClock;
  private final ScheduledExecutorService timer;
  private final Map<String, Start> starts = new HashMap<>();
  private List<Progress.Snapshot> last = List.of();
  private boolean lineShown;

  ProgressLine(Terminal terminal, LongSupplier nanoClock) {
    this.terminal = terminal;
    this.nanoClock = nanoClock;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Watches the counters of this process until closed. */
  void start() {
    long interval = (terminal.live() ? LIVE_INTERVAL : PLAIN_INTERVAL).toMillis();
    var unused = timer.scheduleAtFixedRate(this::tick, interval, interval, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    if (terminal.live()) {
      clear();
    }
  }

  private void tick() {
    show(Progress.snapshots());
  }

  /** Prints the stage that moved since the last call, if one did. */
  synchronized void show(List<Progress.Snapshot> now) {
    String stage = "";
    for (Progress.Snapshot snapshot : now) {
      if (!last.contains(snapshot)) {
        stage = snapshot.stage();
      }
    }
    last = now;
    if (stage.isEmpty() || isOver(stage, now)) {
      return;
    }
    String text = describe(stage, now);
    if (terminal.live()) {
      terminal.err().print(CLEAR_LINE + text);
      lineShown = true;
    } else {
      terminal.err().println(text);
    }
    terminal.err().flush();
  }

  /**
   * Whether nothing is left to do in a stage; what came of it, the stage says itself. One finished
   * unit is enough: a resumed job brings fewer epochs than were expected.
   */
  private static boolean isOver(String stage, List<Progress.Snapshot> now) {
    return now.stream()
        .filter(snapshot -> snapshot.stage().equals(stage))
        .anyMatch(
            snapshot ->
                snapshot.total() > 0 && snapshot.done() + snapshot.failed() >= snapshot.total());
  }

  private String describe(String stage, List<Progress.Snapshot> now) {
    List<String> parts = new ArrayList<>();
    String left = "";
    long finest = 0;
    for (Progress.Snapshot snapshot : now) {
      if (!snapshot.stage().equals(stage)) {
        continue;
      }
      parts.add(count(snapshot));
      if (snapshot.total() > finest) {
        // The unit with the most pieces tells the time best.
        finest = snapshot.total();
        left = timeLeft(snapshot);
      }
    }
    return stage + ": " + String.join(", ", parts) + left;
  }

  private static String count(Progress.Snapshot snapshot) {
    String failed = snapshot.failed() == 0 ? "" : " (%,d failed)".formatted(snapshot.failed());
    return snapshot.total() == 0
        ? "%,d %s%s".formatted(snapshot.done(), snapshot.unit(), failed)
        : "%,d of %,d %s%s".formatted(snapshot.done(), snapshot.total(), snapshot.unit(), failed);
  }

  private String timeLeft(Progress.Snapshot snapshot) {
    Start start =
        starts.computeIfAbsent(
            snapshot.stage(), stage -> new Start(nanoClock.getAsLong(), new HashMap<>()));
    long before = start.done().computeIfAbsent(snapshot.unit(), unit -> snapshot.done());
    long done = snapshot.done() - before;
    long open = snapshot.total() - snapshot.done() - snapshot.failed();
    double elapsed = (nanoClock.getAsLong() - start.nanos()) / 1e9;
    if (done <= 0 || open <= 0 || elapsed <= 0) {
      return "";
    }
    double seconds = elapsed * open / done;
    return ", about %s left".formatted(duration(seconds));
  }

  /** As in {@code 40 s}, {@code 12 min}, {@code 3.5 h}. */
  static String duration(double seconds) {
    if (seconds < 100) {
      return "%.0f s".formatted(seconds);
    }
    return seconds < 6000 ? "%.0f min".formatted(seconds / 60) : "%.1f h".formatted(seconds / 3600);
  }

  private synchronized void clear() {
    if (lineShown) {
      terminal.err().print(CLEAR_LINE);
      terminal.err().flush();
      lineShown = false;
    }
  }
}
