package io.hydrabeam.pipelines.compare;

import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A task's scores in two rows, put into pairs: those of the same seed, then the others in ascending
 * order, as independent trainings may be paired in any way that does not look at their scores.
 *
 * @param task as the baseline has it
 * @param pairs in the order of the baseline's seeds
 * @param alone number of scores without a partner
 */
record TaskPairs(Task task, List<SeedPair> pairs, int alone) {
  TaskPairs {
    pairs = List.copyOf(pairs);
  }

  static TaskPairs of(Task task, ScoreTable.Row baseline, ScoreTable.Row candidate) {
    Map<Long, Score> before = bySeed(task, baseline);
    Map<Long, Score> after = bySeed(task, candidate);
    List<SeedPair> pairs = new ArrayList<>();
    Map<Long, Score> withoutPartner = new TreeMap<>();
    before.forEach(
        (seed, score) ->
            Optional.ofNullable(after.remove(seed))
                .ifPresentOrElse(
                    partner -> pairs.add(new SeedPair(score, partner)),
                    () -> withoutPartner.put(seed, score)));
    int others = Math.min(withoutPartner.size(), after.size());
    List<Score> ofBaseline = List.copyOf(withoutPartner.values());
    List<Score> ofCandidate = List.copyOf(after.values());
    for (int i = 0; i < others; i++) {
      pairs.add(new SeedPair(ofBaseline.get(i), ofCandidate.get(i)));
    }
    pairs.sort(Comparator.comparing(pair -> pair.baseline().getJob().getSeed()));
    return new TaskPairs(task, pairs, withoutPartner.size() + after.size() - 2 * others);
  }

  private static Map<Long, Score> bySeed(Task task, ScoreTable.Row row) {
    Map<Long, Score> bySeed = new TreeMap<>();
    for (Score score : row.scores()) {
      if (score.getJob().getTask().equals(task.getName())) {
        bySeed.put(score.getJob().getSeed(), score);
      }
    }
    return bySeed;
  }
}
