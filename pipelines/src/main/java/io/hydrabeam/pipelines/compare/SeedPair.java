package io.hydrabeam.pipelines.compare;

import io.hydrabeam.protos.Score;

/**
 * Two scores of a task that are compared with each other.
 *
 * @param baseline of one seed
 * @param candidate of the same seed, or where the evaluations have other seeds, of another
 */
public record SeedPair(Score baseline, Score candidate) {
  static final double POINTS = 100;

  /** Whether one and the same adapter was scored twice, so that no chance of training enters. */
  public boolean sameAdapter() {
    return !baseline.getAdapterHash().isEmpty()
        && baseline.getAdapterHash().equals(candidate.getAdapterHash());
  }

  /** Candidate minus baseline, in points. */
  public double points() {
    return POINTS * (candidate.getScore() - baseline.getScore());
  }

  /** Smallest difference of a score in points, but for metrics that weigh the images. */
  double step() {
    return POINTS / Math.max(1, Math.min(baseline.getImages(), candidate.getImages()));
  }
}
