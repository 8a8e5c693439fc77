package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.protos.JobResult;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The merged models of this process, each held once: threads that score shards of the same job
 * share its classifier, and add nothing but what their own batch needs. A model that nobody uses
 * waits for the job's next shard; of those that wait, the longest unused are closed above a limit,
 * the last one never.
 */
final class Classifiers {
  /** What models that nobody uses may hold: a few of CLIP's size, or hundreds of small ones. */
  private static final long IDLE_BYTES = 1L << 30;

  private static final Classifiers SHARED = new Classifiers(IDLE_BYTES);

  private final long idleBytes;

  /**
   * By what identifies weights, normalization, batch, precision and device; longest unused first.
   */
  private final Map<String, Model> models = new LinkedHashMap<>();

  /**
   * @param idleBytes that models in nobody's use may hold together
   */
  Classifiers(long idleBytes) {
    this.idleBytes = idleBytes;
  }

  /** Those of this process. */
  static Classifiers shared() {
    return SHARED;
  }

  /** A model and how many use it, which its holder's lock guards. */
  private static final class Model {
    private int users;
    private long bytes;
    private @Nullable Classifier classifier;

    /** The classifier; of several threads the first loads it, the others wait. */
    synchronized Classifier open(JobResult job, String backbone, ModelSetup setup)
        throws IOException {
      if (classifier == null) {
        MergedModel merged = MergedModel.load(job, backbone).merged();
        bytes = merged.bytes();
        classifier = merged.open(setup);
      }
      return classifier;
    }

    synchronized long bytes() {
      return bytes;
    }

    synchronized void close() {
      if (classifier != null) {
        classifier.close();
      }
    }
  }

  /** The use of a classifier, which other threads may use as well; closing it ends the use. */
  final class Lease implements AutoCloseable {
    private final Model model;
    private final Classifier classifier;

    private Lease(Model model, Classifier classifier) {
      this.model = model;
      this.classifier = classifier;
    }

    Classifier classifier() {
      return classifier;
    }

    @Override
    public void close() {
      leave(model);
    }
  }

  /**
   * The job's classifier: the one that this process has, or a new one.
   *
   * @throws IOException if the job's files cannot be read; the next call tries again
   */
  Lease take(JobResult job, String backbone, ModelSetup setup) throws IOException {
    String name =
        String.join(
            "\n",
            job.getFolder(),
            job.getJobId(),
            backbone,
            "%d %s %s".formatted(setup.batch(), setup.precision(), setup.runtime()));
    Model model;
    synchronized (models) {
      Model known = models.remove(name);
      model = known == null ? new Model() : known;
      model.users++;
      models.put(name, model);
    }
    boolean opened = false;
    try {
      Lease lease = new Lease(model, model.open(job, backbone, setup));
      opened = true;
      return lease;
    } finally {
      if (!opened) {
        forget(name, model);
      }
    }
  }

  /** Ends the use of a model that could not be loaded; others that wait for it try themselves. */
  private void forget(String name, Model model) {
    synchronized (models) {
      model.users--;
      if (model.users == 0) {
        models.remove(name);
      }
    }
  }

  private void leave(Model model) {
    synchronized (models) {
      model.users--;
    }
    closeIdle(idleBytes, 1);
  }

  /** Closes all that wait; what is in use stays open until its last user leaves. */
  void closeIdle() {
    closeIdle(0, 0);
  }

  private void closeIdle(long keptBytes, int keptModels) {
    Deque<Model> surplus = new ArrayDeque<>();
    synchronized (models) {
      Deque<Map.Entry<String, Model>> idle = new ArrayDeque<>();
      models.entrySet().stream().filter(entry -> entry.getValue().users == 0).forEach(idle::add);
      long held = idle.stream().mapToLong(entry -> entry.getValue().bytes()).sum();
      while (held > keptBytes && idle.size() > keptModels) {
        Map.Entry<String, Model> oldest = idle.removeFirst();
        held -= oldest.getValue().bytes();
        models.remove(oldest.getKey());
        surplus.add(oldest.getValue());
      }
    }
    surplus.forEach(Model::close);
  }
}
