package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.protos.JobResult;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Classifiers of this process that wait for the next shard of the same job. One is used by one
 * thread at a time; the longest unused are closed above a limit, as each holds a whole model.
 */
final class Classifiers {
  private static final int IDLE_LIMIT = 4;
  private static final Classifiers SHARED = new Classifiers();

  private final Deque<Lease> idle = new ArrayDeque<>();

  private Classifiers() {}

  /** Those of this process. */
  static Classifiers shared() {
    return SHARED;
  }

  /** A classifier for a thread's use; closing it gives it back. */
  final class Lease implements AutoCloseable {
    /** What identifies weights, normalization, batch, precision and device. */
    private final String model;

    private final Classifier classifier;

    private Lease(String model, Classifier classifier) {
      this.model = model;
      this.classifier = classifier;
    }

    Classifier classifier() {
      return classifier;
    }

    @Override
    public void close() {
      giveBack(this);
    }
  }

  /** A classifier of the job: one that waits, or a new one. */
  Lease take(JobResult job, String backbone, EvaluateSetup setup) throws IOException {
    String model =
        String.join(
            "\n",
            job.getFolder(),
            job.getJobId(),
            backbone,
            "%d %s %s".formatted(setup.batch(), setup.precision(), setup.runtime()));
    synchronized (idle) {
      for (Iterator<Lease> waiting = idle.iterator(); waiting.hasNext(); ) {
        Lease lease = waiting.next();
        if (lease.model.equals(model)) {
          waiting.remove();
          return lease;
        }
      }
    }
    MergedModel merged = MergedModel.load(job, backbone);
    return new Lease(
        model,
        Classifier.open(
            merged.checkpoint().config().vit(),
            merged.parameters(),
            merged.checkpoint().config().normalization(),
            setup.precision(),
            setup.batch(),
            setup.runtime()));
  }

  private void giveBack(Lease lease) {
    Deque<Lease> surplus = new ArrayDeque<>();
    synchronized (idle) {
      idle.addFirst(lease);
      while (idle.size() > IDLE_LIMIT) {
        surplus.add(idle.removeLast());
      }
    }
    surplus.forEach(closed -> closed.classifier.close());
  }

  /** Closes all that wait; what is in use stays open until it is given back and replaced. */
  void closeIdle() {
    Deque<Lease> waiting = new ArrayDeque<>();
    synchronized (idle) {
      waiting.addAll(idle);
      idle.clear();
    }
    waiting.forEach(lease -> lease.classifier.close());
  }
}
