package io.hydrabeam.pipelines.compare;

/** What a comparison says of a task. */
public enum Verdict {
  /** Retrained: worse, and that is no chance of the seeds. */
  WORSE,
  /** Retrained: not worse by the margin or more. */
  NOT_WORSE,
  /** Retrained: neither can be told from these seeds. */
  INCONCLUSIVE,
  /** The same adapters: every image has the class that it had. */
  UNCHANGED,
  /** The same adapters: some images have another class. */
  FLIPPED
}
