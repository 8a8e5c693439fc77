package io.hydrabeam.pipelines.report;

import io.hydrabeam.model.metrics.PerformanceEfficiency;
import io.hydrabeam.pipelines.report.ScoreTable.Cell;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.pipelines.report.ScoreTable.SeedMeans;
import io.hydrabeam.pipelines.report.ScoreTable.Status;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Arranges the scores of one row of a {@link ScoreTable}. */
final class RowBuilder {
  private final List<Task> columns;
  private final List<String> groups;
  private final List<Score> scores;
  private final List<Failure> failures;

  /** Task to seed to score. */
  private final Map<String, Map<Long, Double>> byTask = new LinkedHashMap<>();

  private final Set<Long> seeds = new TreeSet<>();
  private final List<String> notes = new ArrayList<>();

  RowBuilder(List<Task> columns, List<String> groups, List<Score> scores, List<Failure> failures) {
    this.columns = columns;
    this.groups = groups;
    this.scores = scores;
    this.failures = failures;
    for (Score score : scores) {
      seeds.add(score.getJob().getSeed());
      byTask
          .computeIfAbsent(score.getJob().getTask(), task -> new TreeMap<>())
          .put(score.getJob().getSeed(), score.getScore());
    }
    failures.forEach(failure -> seeds.add(failure.getKey().getSeed()));
  }

  Row build(Setting setting, String label) {
    List<Cell> cells = columns.stream().map(this::cell).toList();
    Map<Long, SeedMeans> perSeed = perSeed();
    List<Optional<Spread>> groupMeans = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      int group = g;
      groupMeans.add(
          spread(perSeed.values().stream().map(means -> means.groups().get(group)).toList()));
    }
    Optional<Spread> mean = spread(perSeed.values().stream().map(SeedMeans::mean).toList());
    double parameters = parameters();
    return new Row(
        setting,
        label,
        List.copyOf(scores),
        cells,
        List.copyOf(groupMeans),
        mean,
        seeds,
        parameters,
        mean.isPresent() && !ScoreTable.hasGroups(groups)
            ? OptionalDouble.of(PerformanceEfficiency.of(mean.get().mean(), parameters))
            : OptionalDouble.empty(),
        perSeed,
        List.copyOf(notes));
  }

  /** The mean over tasks, so that one with more seeds than others has no greater weight. */
  private double parameters() {
    return scores.stream()
        .collect(
            Collectors.groupingBy(
                score -> score.getJob().getTask(),
                TreeMap::new,
                Collectors.averagingDouble(Score::getTrainableParameters)))
        .values()
        .stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(0);
  }

  private Cell cell(Task task) {
    Map<Long, Double> of = byTask.getOrDefault(task.getName(), Map.of());
    if (of.isEmpty()) {
      boolean failed =
          failures.stream().anyMatch(failure -> failure.getKey().getTask().equals(task.getName()));
      return new Cell(failed ? Status.FAILED : Status.MISSING, Optional.empty());
    }
    return new Cell(
        of.size() == seeds.size() ? Status.SCORED : Status.PARTIAL, spread(of.values()));
  }

  private Map<Long, SeedMeans> perSeed() {
    Map<Long, SeedMeans> means = new TreeMap<>();
    for (long seed : seeds) {
      List<Double> row = new ArrayList<>();
      Set<String> lacking = new LinkedHashSet<>();
      for (Task task : columns) {
        Double score = byTask.getOrDefault(task.getName(), Map.of()).get(seed);
        if (score == null) {
          lacking.add(task.getName());
        } else {
          row.add(score);
        }
      }
      if (lacking.isEmpty()) {
        Map<String, Double> byGroup =
            GroupMeans.byGroup(columns.stream().map(Task::getGroup).toList(), row);
        means.put(seed, new SeedMeans(List.copyOf(byGroup.values()), GroupMeans.overall(byGroup)));
      } else {
        notes.add(
            "seed %d is left out of the means: no score for %s"
                .formatted(seed, String.join(", ", lacking)));
      }
    }
    return means;
  }

  private static Optional<Spread> spread(Collection<Double> values) {
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }
}
