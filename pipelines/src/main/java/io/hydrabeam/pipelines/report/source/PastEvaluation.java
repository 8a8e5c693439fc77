package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.report.ScoreTable;
import java.util.List;
import java.util.Optional;

/**
 * An evaluation of the same benchmark, this one or one before it.
 *
 * @param id of it
 * @param started UTC, as 2026-05-31T23:59:59Z; empty where it does not tell
 * @param rows those that answer to the rows of this evaluation's table; empty where it had none
 * @param tasks names of the columns of its table
 * @param alarms that it raised
 */
public record PastEvaluation(
    String id,
    String started,
    List<Optional<ScoreTable.Row>> rows,
    List<String> tasks,
    int alarms) {

  /** Mean score of a task in a row, in [0, 1]; empty where it was not scored. */
  public Optional<Double> score(int row, String task) {
    int column = tasks.indexOf(task);
    return column < 0
        ? Optional.empty()
        : rows.get(row).flatMap(of -> of.cells().get(column).spread()).map(spread -> spread.mean());
  }

  /** The benchmark's mean of a row, in [0, 1]. */
  public Optional<Double> mean(int row) {
    return rows.get(row).flatMap(ScoreTable.Row::mean).map(spread -> spread.mean());
  }
}
