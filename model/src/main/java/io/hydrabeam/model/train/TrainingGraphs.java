package io.hydrabeam.model.train;

import io.hydrabeam.model.TensorFlowRuntime;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * The graphs of trainings. Building one, and TensorFlow's preparation of it, takes as long as a
 * dozen epochs on few images; so one that has served can be kept for the next training that differs
 * in rates, decay, epochs or order only, as those of a sweep do. The results are the same bits.
 *
 * <p>Safe for concurrent use: a graph serves one training at a time.
 */
public final class TrainingGraphs implements AutoCloseable {

  private final TensorFlowRuntime runtime;
  private final long keptBytes;
  private final Deque<Kept> idle = new ArrayDeque<>();

  private TrainingGraphs(TensorFlowRuntime runtime, long keptBytes) {
    this.runtime = runtime;
    this.keptBytes = keptBytes;
  }

  /** Every training gets a graph of its own. */
  public static TrainingGraphs single(TensorFlowRuntime runtime) {
    return new TrainingGraphs(runtime, 0);
  }

  /**
   * Keeps graphs that are not in use.
   *
   * @param bytes of weights and images that those may hold together
   */
  public static TrainingGraphs keeping(TensorFlowRuntime runtime, long bytes) {
    return new TrainingGraphs(runtime, bytes);
  }

  /**
   * What a graph was made for.
   *
   * @param config without what is told at each step
   * @param scoringBatch images that one scoring run takes
   * @param jobs that are stacked in it
   */
  record Key(
      TrainerConfig config, String backboneHash, TrainingSet set, int scoringBatch, int jobs) {}

  private record Kept(Key key, TrainingGraph graph, long bytes) {}

  /** How a graph is made, with its weights and data. */
  @FunctionalInterface
  interface Maker {
    TrainingGraph make(TensorFlowRuntime runtime) throws IOException;
  }

  /** A graph for this key alone, until it is given back or closed. */
  TrainingGraph take(Key key, Maker maker) throws IOException {
    Optional<Kept> kept = removeIdle(key);
    return kept.isPresent() ? kept.get().graph() : maker.make(runtime);
  }

  private synchronized Optional<Kept> removeIdle(Key key) {
    for (Iterator<Kept> all = idle.iterator(); all.hasNext(); ) {
      Kept kept = all.next();
      if (kept.key().equals(key)) {
        all.remove();
        return Optional.of(kept);
      }
    }
    return Optional.empty();
  }

  /**
   * Gives a graph back whose weights and data are as they were.
   *
   * @param bytes that it holds
   */
  synchronized void giveBack(Key key, TrainingGraph graph, long bytes) {
    idle.addLast(new Kept(key, graph, bytes));
    long held = idle.stream().mapToLong(Kept::bytes).sum();
    while (held > keptBytes) {
      Kept oldest = idle.removeFirst();
      held -= oldest.bytes();
      oldest.graph().close();
    }
  }

  /** Closes the graphs that are not in use. */
  @Override
  public synchronized void close() {
    idle.forEach(kept -> kept.graph().close());
    idle.clear();
  }
}
