package io.hydrabeam.pipelines.preprocess;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;

/**
 * Does pieces of work side by side and hands on their results in the order in which they were
 * added. As many are under way as the machine has use for, so memory is bounded.
 */
final class InOrder<T> implements AutoCloseable {
  private static final int UNDER_WAY = 4 * Runtime.getRuntime().availableProcessors();

  private final Deque<CompletableFuture<List<T>>> under = new ArrayDeque<>();
  private final Sink<T> sink;
  private final int together;
  private List<Work<T>> waiting = new ArrayList<>();

  /** A piece of work. */
  @FunctionalInterface
  interface Work<T> {
    T run();
  }

  /** Takes results. */
  @FunctionalInterface
  interface Sink<T> {
    void accept(T result) throws IOException;
  }

  /**
   * @param together how many pieces a thread does at a time: more than one where each is less work
   *     than handing it to a thread
   */
  InOrder(int together, Sink<T> sink) {
    this.together = together;
    this.sink = sink;
  }

  /** Begins a piece of work; waits while too many are under way. */
  void add(Work<T> work) throws IOException {
    waiting.add(work);
    if (waiting.size() == together) {
      begin();
    }
  }

  private void begin() throws IOException {
    while (under.size() >= UNDER_WAY) {
      handOn();
    }
    List<Work<T>> works = waiting;
    waiting = new ArrayList<>();
    under.add(
        CompletableFuture.supplyAsync(
            () -> works.stream().map(Work::run).toList(), ForkJoinPool.commonPool()));
  }

  /** Waits for all of it. */
  void finish() throws IOException {
    begin();
    while (!under.isEmpty()) {
      handOn();
    }
  }

  private void handOn() throws IOException {
    try {
      for (T result : under.remove().join()) {
        sink.accept(result);
      }
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    under.forEach(each -> each.cancel(false));
  }
}
