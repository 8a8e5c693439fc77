package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.train.TrainingGraphs;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Graphs that this process keeps between trainings, as long as any of its workers may train. */
final class KeptGraphs {
  /** What graphs that nobody uses may hold: hundreds of small models, or a few of CLIP's size. */
  private static final long BYTES = 1L << 30;

  private static final Map<TensorFlowRuntime, KeptGraphs> OPEN = new HashMap<>();

  private final TrainingGraphs graphs;
  private int users;

  private KeptGraphs(TensorFlowRuntime runtime) {
    this.graphs = TrainingGraphs.keeping(runtime, BYTES);
  }

  /** The process's graphs; {@link #leave} them when done. */
  static TrainingGraphs join(TensorFlowRuntime runtime) {
    synchronized (OPEN) {
      KeptGraphs kept = OPEN.computeIfAbsent(runtime, KeptGraphs::new);
      kept.users++;
      return kept.graphs;
    }
  }

  /** Closes them if this was the last user. */
  static void leave(TensorFlowRuntime runtime) {
    synchronized (OPEN) {
      KeptGraphs kept = Objects.requireNonNull(OPEN.get(runtime));
      kept.users--;
      if (kept.users == 0) {
        OPEN.remove(runtime);
        kept.graphs.close();
      }
    }
  }
}
