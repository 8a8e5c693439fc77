package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.model.train.EpochRecord;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How a training went.
 *
 * @param row of the score table that it belongs to
 * @param seed of the training
 * @param split that was scored during it; empty if none was
 * @param epochs in order, at least one
 * @param epoch whose weights were scored, from 0
 * @param images that an epoch trains on; 0 where that is not known
 * @param stacked jobs that were trained in the same graph, this one included; 0: it was alone
 */
public record Curve(
    int row,
    long seed,
    String split,
    List<EpochRecord> epochs,
    int epoch,
    long images,
    int stacked) {

  /** Wall time of all epochs. */
  public double seconds() {
    return epochs.stream().mapToDouble(EpochRecord::seconds).sum();
  }

  /** Score of the last epoch that was scored. */
  public OptionalDouble lastScore() {
    for (int i = epochs.size() - 1; i >= 0; i--) {
      if (epochs.get(i).evalScore().isPresent()) {
        return epochs.get(i).evalScore();
      }
    }
    return OptionalDouble.empty();
  }

  /** The best score of an epoch. */
  public OptionalDouble bestScore() {
    return epochs.stream()
        .filter(epoch -> epoch.evalScore().isPresent())
        .mapToDouble(epoch -> epoch.evalScore().getAsDouble())
        .max();
  }
}
