package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.SweepPoint;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of one task.
 *
 * @param classNames in the order of the labels; the labels themselves where no names are known
 * @param scores of the task, by the row of the score table that they belong to
 * @param leader row with the highest mean score; empty without scores
 * @param counts of each row whose predictions are stored, all seeds together
 * @param curves of the trainings
 * @param sweeps what was tried, by row; of the row's first seed that was swept
 * @param mistakes the worst of the leader's first seed, with their records
 * @param mistakesAmong how many test records were looked through for them; 0 if none could be
 * @param numbers of a regression, the leader's first seed
 * @param misses the worst of them, with their records
 * @param notes on what could not be read, a line each
 */
public record TaskFindings(
    Task task,
    List<String> classNames,
    Map<Integer, List<Score>> scores,
    Optional<Integer> leader,
    Map<Integer, ClassCounts> counts,
    List<Curve> curves,
    Map<Integer, List<SweepPoint>> sweeps,
    List<Mistake> mistakes,
    long mistakesAmong,
    Optional<NumberPairs> numbers,
    List<Miss> misses,
    List<String> notes) {

  /** The word for the task's records. */
  public RecordKind kind() {
    return RecordKind.of(task);
  }

  /** A class's name. */
  public String className(int label) {
    return label < classNames.size() ? classNames.get(label) : String.valueOf(label);
  }

  /** The leader's counts; empty where its predictions are not there. */
  public Optional<ClassCounts> leaderCounts() {
    return leader.map(counts::get);
  }
}
