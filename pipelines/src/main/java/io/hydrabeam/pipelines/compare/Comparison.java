package io.hydrabeam.pipelines.compare;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two evaluations side by side: a baseline, and a candidate that should not be worse.
 *
 * <p>Where an adapter was scored twice, by other code, on another device or with a copy of the
 * data, no chance is involved: the images with another class are counted, nothing is tested. Where
 * it was trained again, the scores of the seeds are compared by a paired t test, with Holm's
 * correction over all tasks, from five seeds on.
 *
 * @param tasks in the order of the baseline's rows and tasks
 * @param notes what a reader should know besides, a line each
 * @param missing tasks that the baseline has scores of and the candidate should have, but has none;
 *     a line each
 * @param lost scores of the baseline that failed in the candidate, a line each
 */
public record Comparison(
    List<TaskComparison> tasks, List<String> notes, List<String> missing, List<String> lost) {

  /** Probability with which a drop as large as the detectable one is found. */
  public static final double POWER = 0.8;

  /** Of a whole report: probability that it calls anything worse by chance. */
  public static final double LEVEL = RetrainedTasks.LEVEL;

  /** Of {@link #LEVEL}, what is spent on the tasks' means. */
  public static final double MEAN_LEVEL = RetrainedTasks.MEAN_LEVEL;

  /** Seeds below which retrained adapters are not judged. */
  public static final int SEEDS_LEAST = RetrainedTasks.SEEDS_LEAST;

  private static final int DIFFERENCES_SHOWN = 3;

  /**
   * What is asked for.
   *
   * @param margin points that a task may lose; more is a regression
   * @param anyway whether scores that mean different things are compared all the same
   */
  public record Request(double margin, boolean anyway) {
    public Request {
      if (!(margin > 0 && margin <= SeedPair.POINTS)) {
        throw HydraException.usage(
            "--failOnRegression=%s: points above 0 are wanted, as in 0.5".formatted(margin));
      }
    }
  }

  public Comparison {
    tasks = List.copyOf(tasks);
    notes = List.copyOf(notes);
    missing = List.copyOf(missing);
    lost = List.copyOf(lost);
  }

  /**
   * Compares.
   *
   * @param each is told of every image that has another class
   * @throws HydraException usage, if there is nothing to compare, or scores mean different things
   */
  public static Comparison of(
      EvaluationFolder baseline, EvaluationFolder candidate, Request request, Consumer<Flip> each) {
    requireSameBenchmark(baseline.result(), candidate.result());
    RowPairs rows =
        RowPairs.of(ScoreTable.of(baseline.result()), ScoreTable.of(candidate.result()));
    Map<String, Task> asked = byName(candidate.result());
    List<String> labels = new ArrayList<>();
    List<TaskPairs> paired = new ArrayList<>();
    List<String> notes = new ArrayList<>(rows.unmatched());
    List<String> missing = new ArrayList<>();
    for (RowPairs.Pair row : rows.pairs()) {
      for (Task task : baseline.result().getTaskList()) {
        TaskPairs pairs = TaskPairs.of(task, row.baseline(), row.candidate());
        String name = "%s, %s".formatted(task.getName(), row.label());
        if (!pairs.pairs().isEmpty()) {
          labels.add(row.label());
          paired.add(pairs);
          if (pairs.alone() > 0) {
            notes.add("%s: %d scores have no partner".formatted(name, pairs.alone()));
          }
        } else if (pairs.alone() > 0 && asked.containsKey(task.getName())) {
          missing.add("%s: only one of the evaluations has scores".formatted(name));
        }
      }
    }
    requireComparable(paired, request.anyway(), notes);
    List<Optional<FlipCount>> flips = new ArrayList<>();
    for (TaskPairs pairs : paired) {
      flips.add(flips(baseline, candidate, pairs, each, notes));
    }
    List<RetrainedTasks.Result> tests =
        RetrainedTasks.of(paired.stream().map(TaskPairs::pairs).toList(), request.margin());
    List<TaskComparison> tasks = new ArrayList<>();
    for (int i = 0; i < paired.size(); i++) {
      tasks.add(task(labels.get(i), paired.get(i), tests.get(i), flips.get(i), request.margin()));
    }
    return new Comparison(
        tasks, notes, missing, LostScores.of(baseline.result(), candidate.result()));
  }

  /** A line for each task that is worse by the margin or more, and for each score that is lost. */
  public List<String> regressions() {
    return Stream.concat(
            tasks.stream().map(TaskComparison::regression).flatMap(Optional::stream), lost.stream())
        .toList();
  }

  /** Refuses evaluations of different benchmarks. */
  public static void requireSameBenchmark(EvaluationResult baseline, EvaluationResult candidate) {
    if (!baseline.getBenchmark().equals(candidate.getBenchmark())) {
      throw HydraException.usage(
          "the baseline %s is of benchmark %s, the candidate of %s: nothing in them can be compared"
              .formatted(
                  baseline.getEvaluationId(), baseline.getBenchmark(), candidate.getBenchmark()));
    }
  }

  private static void requireComparable(
      List<TaskPairs> paired, boolean anyway, List<String> notes) {
    if (paired.isEmpty()) {
      throw HydraException.usage(
          "the evaluations have no task and method in common%s"
              .formatted(notes.isEmpty() ? "" : ": " + String.join("; ", notes)));
    }
    List<String> differences = Comparability.differences(paired);
    if (!differences.isEmpty() && !anyway) {
      int more = differences.size() - DIFFERENCES_SHOWN;
      throw HydraException.usage(
          "the scores mean different things: %s%s; --anyway compares them all the same"
              .formatted(
                  differences.stream().limit(DIFFERENCES_SHOWN).collect(Collectors.joining("; ")),
                  more > 0 ? "; and %,d differences more".formatted(more) : ""));
    }
    differences.forEach(line -> notes.add("compared all the same, " + line));
  }

  private static Optional<FlipCount> flips(
      EvaluationFolder baseline,
      EvaluationFolder candidate,
      TaskPairs pairs,
      Consumer<Flip> each,
      List<String> notes) {
    List<SeedPair> same = TaskComparison.same(pairs.pairs());
    FlipCount count = FlipCount.NONE;
    for (SeedPair pair : same) {
      try {
        if (pair.baseline().getTestHash().equals(pair.candidate().getTestHash())) {
          count = count.plus(FlipCount.of(baseline, candidate, pair, each));
        } else {
          throw new FileNotFoundException(
              "the test %s differ".formatted(RecordKind.of(pairs.task()).many()));
        }
      } catch (FileNotFoundException e) {
        notes.add(
            "%s seed %d: flips unknown, %s"
                .formatted(
                    pairs.task().getName(), pair.baseline().getJob().getSeed(), e.getMessage()));
        return Optional.empty();
      } catch (IOException e) {
        throw HydraException.failed(
            "cannot compare %s with %s: %s"
                .formatted(baseline.path(), candidate.path(), e.getMessage()));
      }
    }
    return same.isEmpty() ? Optional.empty() : Optional.of(count);
  }

  private static TaskComparison task(
      String label,
      TaskPairs pairs,
      RetrainedTasks.Result test,
      Optional<FlipCount> flips,
      double margin) {
    boolean retrained = !TaskComparison.retrained(pairs.pairs()).isEmpty();
    boolean unchanged =
        flips.map(count -> count.flips() == 0).orElse(TaskComparison.points(pairs.pairs()) == 0);
    Verdict verdict = retrained ? test.verdict() : unchanged ? Verdict.UNCHANGED : Verdict.FLIPPED;
    return new TaskComparison(
        label,
        pairs.task().getName(),
        pairs.pairs(),
        verdict,
        test.differences(),
        test.worseP(),
        test.level(),
        test.outlier(),
        flips,
        pairs.task(),
        regression(label, pairs, test, margin));
  }

  private static Optional<String> regression(
      String label, TaskPairs pairs, RetrainedTasks.Result test, double margin) {
    String name = "%s, %s".formatted(pairs.task().getName(), label);
    List<SeedPair> same = TaskComparison.same(pairs.pairs());
    if (!same.isEmpty() && TaskComparison.points(same) <= -margin) {
      return Optional.of(
          format(
              "%s: %+.2f points with the same adapters (%d)",
              name, TaskComparison.points(same), same.size()));
    }
    if (test.meanIsWorse() && test.differences().orElseThrow().mean() <= -margin) {
      SeedDifferences of = test.differences().orElseThrow();
      return Optional.of(
          format(
              "%s: %+.2f points over %d retrained seeds, p %.2g corrected for all tasks",
              name, of.mean(), of.count(), test.worseP()));
    }
    if (test.hasOutlier() && test.outlier().orElseThrow().points() >= margin) {
      Outlier of = test.outlier().orElseThrow();
      return Optional.of(
          format(
              "%s: seed %d lies %.2f points below the baseline's mean, far out of its seeds' spread,"
                  + " p %.2g corrected for all tasks",
              name, of.seed(), of.points(), of.p()));
    }
    return Optional.empty();
  }

  private static Map<String, Task> byName(EvaluationResult evaluation) {
    return evaluation.getTaskList().stream()
        .collect(Collectors.toMap(Task::getName, Function.identity(), (a, b) -> a));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
