package io.hydrabeam.model.train;

/** Steps of a graph of one job. */
final class SingleJob {

  private SingleJob() {}

  /** As {@link TrainingGraph#train} of that job. */
  static float train(
      TrainingGraph graph,
      int[] rows,
      long step,
      double rate,
      double decay,
      boolean batchStatistics) {
    return graph
        .train(rows, null, step, new double[] {rate}, new double[] {decay}, batchStatistics)[0];
  }
}
