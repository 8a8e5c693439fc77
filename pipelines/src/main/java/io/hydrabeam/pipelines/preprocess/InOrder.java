package io.hydrabeam.pipelines.preprocess;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;

/**
 * Does pieces of work side by side and hands on their results in the order in which they were
 * added. As many are under way as the machine has use for, so memory is bounded.
 */
final class InOrder<T> implements AutoCloseable {
  private static final int UNDER_WAY = 4 * Runtime.getRuntime().availableProcessors();

  private final Deque<CompletableFuture<T>> under = new ArrayDeque<>();
  private final Sink<T> sink;

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

  InOrder(Sink<T> sink) {
    this.sink = sink;
  }

  /** Begins a piece of work; waits while too many are under way. */
  void add(Work<T> work) throws IOException {
    while (under.size() >= UNDER_WAY) {
      handOn();
    }
    under.add(CompletableFuture.supplyAsync(work::run, ForkJoinPool.commonPool()));
  }

  /** Waits for all of it. */
  void finish() throws IOException {
    while (!under.isEmpty()) {
      handOn();
    }
  }

  private void handOn() throws IOException {
    try {
      sink.accept(under.remove().join());
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
