package io.hydrabeam.pipelines.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tests all retrained tasks of a report together. Of whole reports in which nothing got worse, at
 * most {@link #LEVEL} call anything worse: {@link #MEAN_LEVEL} is spent on the tasks' means, Holm's
 * correction over all tasks, the rest on single adapters. That a task is not worse by the margin is
 * said wrongly of any task with the probability {@link #LEVEL} too.
 */
final class RetrainedTasks {

  /** Probability of a wrong alarm of a whole report. */
  static final double LEVEL = 0.05;

  static final double MEAN_LEVEL = 0.04;
  static final double OUTLIER_LEVEL = LEVEL - MEAN_LEVEL;

  /** Pairs of seeds below which nothing is tested. */
  static final int SEEDS_LEAST = 5;

  private RetrainedTasks() {}

  /**
   * What the tests say of a task.
   *
   * @param worseP corrected for all tasks, at {@link #MEAN_LEVEL}
   * @param level one-sided, of the first of the corrected tests of means
   * @param outlier its p is corrected for all tasks, at {@link #OUTLIER_LEVEL}
   */
  record Result(
      Verdict verdict,
      Optional<SeedDifferences> differences,
      double worseP,
      double level,
      Optional<Outlier> outlier) {

    static final Result UNTESTED =
        new Result(Verdict.INCONCLUSIVE, Optional.empty(), 1, MEAN_LEVEL, Optional.empty());

    boolean meanIsWorse() {
      return worseP <= MEAN_LEVEL;
    }

    boolean hasOutlier() {
      return outlier.isPresent() && outlier.get().p() <= OUTLIER_LEVEL;
    }
  }

  /**
   * Tests.
   *
   * @param tasks pairs of each; of those that are one adapter scored twice only the scores' spread
   *     is used
   * @param margin in points, positive
   * @return for each of the tasks
   */
  static List<Result> of(List<List<SeedPair>> tasks, double margin) {
    List<Integer> means = new ArrayList<>();
    List<SeedDifferences> differences = new ArrayList<>();
    List<Optional<Outlier>> outliers = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      List<SeedPair> retrained = TaskComparison.retrained(tasks.get(i));
      if (retrained.size() >= SEEDS_LEAST) {
        means.add(i);
        double step = retrained.stream().mapToDouble(SeedPair::step).max().orElseThrow();
        differences.add(
            SeedDifferences.of(retrained.stream().map(SeedPair::points).toList(), step));
      }
      outliers.add(outlier(tasks.get(i)));
    }
    List<Double> worse = Holm.adjust(differences.stream().map(SeedDifferences::worseP).toList());
    List<Double> notWorse =
        Holm.adjust(differences.stream().map(each -> each.notWorseP(margin)).toList());
    List<Optional<Outlier>> corrected = corrected(outliers);
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      int at = means.indexOf(i);
      if (at < 0) {
        results.add(withVerdict(Result.UNTESTED, corrected.get(i), false));
        continue;
      }
      SeedDifferences of = differences.get(at);
      double level = MEAN_LEVEL / differences.size();
      Result result =
          new Result(Verdict.INCONCLUSIVE, Optional.of(of), worse.get(at), level, Optional.empty());
      results.add(withVerdict(result, corrected.get(i), notWorse.get(at) <= LEVEL));
    }
    return List.copyOf(results);
  }

  private static Result withVerdict(Result of, Optional<Outlier> outlier, boolean notWorse) {
    Result result = new Result(of.verdict(), of.differences(), of.worseP(), of.level(), outlier);
    Verdict verdict = notWorse ? Verdict.NOT_WORSE : Verdict.INCONCLUSIVE;
    if (result.meanIsWorse() || result.hasOutlier()) {
      verdict = Verdict.WORSE;
    }
    return new Result(verdict, of.differences(), of.worseP(), of.level(), outlier);
  }

  /** Empty with too few seeds, or where no adapter is another one. */
  private static Optional<Outlier> outlier(List<SeedPair> pairs) {
    List<SeedPair> retrained = TaskComparison.retrained(pairs);
    if (pairs.size() < SEEDS_LEAST || retrained.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Outlier.farthest(
            pairs.stream().map(SeedPair::baseline).toList(),
            retrained.stream().map(SeedPair::candidate).toList()));
  }

  private static List<Optional<Outlier>> corrected(List<Optional<Outlier>> outliers) {
    List<Integer> present = new ArrayList<>();
    for (int i = 0; i < outliers.size(); i++) {
      if (outliers.get(i).isPresent()) {
        present.add(i);
      }
    }
    List<Double> p =
        Holm.adjust(outliers.stream().flatMap(Optional::stream).map(Outlier::p).toList());
    List<Optional<Outlier>> corrected = new ArrayList<>(outliers);
    for (int i = 0; i < present.size(); i++) {
      Outlier of = outliers.get(present.get(i)).orElseThrow();
      corrected.set(present.get(i), Optional.of(new Outlier(of.seed(), of.points(), p.get(i))));
    }
    return corrected;
  }
}
