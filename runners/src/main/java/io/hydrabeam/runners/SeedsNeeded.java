package io.hydrabeam.runners;

import io.hydrabeam.pipelines.compare.Comparison;
import io.hydrabeam.pipelines.compare.PairedPower;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many seeds a comparison needs to find a drop: of each task and method, by what its seeds
 * scatter, tested together with all others.
 *
 * @param drop in points
 * @param assumed deviation of a score over seeds in points, where none is known
 * @param known deviations by task and method
 */
record SeedsNeeded(double drop, double assumed, Map<String, Double> known) {

  /** A task of VTAB-1k with the frozen tower of ViT-B/16 scatters by about that. */
  static final double ASSUMED_DEVIATION = 0.7;

  private static final double POINTS = 100;
  private static final double SECONDS_AN_HOUR = 3600;

  /**
   * By the seeds of an earlier evaluation.
   *
   * @param earlier null for the assumed deviation
   */
  static SeedsNeeded of(double drop, @Nullable EvaluationFolder earlier) {
    Map<String, Double> known = new TreeMap<>();
    if (earlier != null) {
      ScoreTable table = ScoreTable.of(earlier.result());
      for (ScoreTable.Row row : table.rows()) {
        String method = Option.show(row.setting().key().getMethod());
        for (int c = 0; c < table.columns().size(); c++) {
          Task task = table.columns().get(c);
          row.cells()
              .get(c)
              .spread()
              .flatMap(
                  spread ->
                      spread.deviation().stream()
                          .boxed()
                          .map(deviation -> floor(deviation, row, task))
                          .findFirst())
              .ifPresent(
                  deviation -> known.merge(task.getName() + " " + method, deviation, Math::max));
        }
      }
    }
    return new SeedsNeeded(drop, ASSUMED_DEVIATION, known);
  }

  /** Seeds that agree by chance scatter at least by the steps of the score. */
  private static double floor(double deviation, ScoreTable.Row row, Task task) {
    long images =
        row.scores().stream()
            .filter(score -> score.getJob().getTask().equals(task.getName()))
            .mapToLong(score -> score.getImages())
            .max()
            .orElse(1);
    return POINTS * Math.max(deviation, 1 / Math.sqrt(12) / Math.max(1, images));
  }

  /** A table of what is needed, and the sum. */
  String text(PlannedWork planned, ImageRates rates) {
    Map<String, List<Integer>> byTask = new LinkedHashMap<>();
    List<TrainingJob> open = planned.open();
    for (int i = 0; i < open.size(); i++) {
      byTask.computeIfAbsent(name(open.get(i)), name -> new ArrayList<>()).add(i);
    }
    TextTable table =
        new TextTable("to find -" + drop + " points", "deviation", "seeds", "device-hours");
    double hours = 0;
    boolean possible = true;
    for (Map.Entry<String, List<Integer>> task : byTask.entrySet()) {
      double deviation = known.getOrDefault(task.getKey(), assumed);
      OptionalInt seeds =
          PairedPower.seeds(
              drop,
              Math.sqrt(2) * deviation,
              Comparison.MEAN_LEVEL / byTask.size(),
              Comparison.POWER,
              Comparison.SEEDS_LEAST);
      double each =
          task.getValue().stream()
                  .mapToDouble(i -> planned.work().get(i).seconds(rates, planned.slots()))
                  .average()
                  .orElseThrow()
              * planned.again()
              / SECONDS_AN_HOUR;
      possible &= seeds.isPresent();
      hours += seeds.orElse(0) * each;
      table.add(
          task.getKey(),
          format("%.2f", deviation) + (known.containsKey(task.getKey()) ? "" : " assumed"),
          seeds.isPresent() ? String.valueOf(seeds.getAsInt()) : "over 1000",
          format("%.2f", seeds.orElse(0) * each));
    }
    return table
        + format(
            "%s%.2f device-hours for each of the two trainings that are compared; each drop is found"
                + " in %.0f of 100 cases, and of reports without one at most %.0f%% call anything"
                + " worse%n",
            possible ? "" : "more than ", hours, 100 * Comparison.POWER, 100 * Comparison.LEVEL);
  }

  private static String name(TrainingJob job) {
    return job.getKey().getTask() + " " + Option.show(job.getKey().getMethod());
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
