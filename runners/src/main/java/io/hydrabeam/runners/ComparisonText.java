package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.compare.Comparison;
import io.hydrabeam.pipelines.compare.Flip;
import io.hydrabeam.pipelines.compare.FlipCount;
import io.hydrabeam.pipelines.compare.SeedDifferences;
import io.hydrabeam.pipelines.compare.TaskComparison;
import io.hydrabeam.pipelines.compare.Verdict;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A comparison as text: a table for each pair of rows, and a verdict for each task in words. */
final class ComparisonText {

  /** More flips than this are only counted; {@code --flips} lists all. */
  static final int FLIPS_SHOWN = 20;

  private static final String CLASSES_FLIPPED =
      "%s %,d of %,d %s flipped (%,d were right, %,d are now), a probability moved by up to %.2g";

  private static final String NUMBERS_MOVED =
      "%s %,d of %,d %s have other numbers (%,d were nearer, %,d are now), moved by up to %.2g";

  private static final double INTERVAL = 0.95;

  private ComparisonText() {}

  static String of(
      EvaluationFolder baseline,
      EvaluationFolder candidate,
      Comparison.Request request,
      Comparison comparison,
      List<Flip> flips) {
    StringBuilder text = new StringBuilder();
    text.append("baseline   ").append(line(baseline)).append('\n');
    text.append("candidate  ").append(line(candidate)).append('\n');
    Map<String, List<TaskComparison>> byMethod = new LinkedHashMap<>();
    for (TaskComparison task : comparison.tasks()) {
      byMethod.computeIfAbsent(task.method(), method -> new ArrayList<>()).add(task);
    }
    byMethod.forEach(
        (method, tasks) -> text.append('\n').append(method).append('\n').append(table(tasks)));
    text.append('\n');
    if (comparison.tasks().stream().anyMatch(task -> !task.retrained().isEmpty())) {
      text.append(
          format(
              "Retrained seeds are paired; the interval holds %.0f%% for each task alone. Verdicts are"
                  + " corrected for all tasks: of reports in which nothing got worse, at most %.0f%%"
                  + " call anything worse. Margin: %s points.%n",
              100 * INTERVAL, 100 * Comparison.LEVEL, request.margin()));
    }
    flips.forEach(flip -> text.append(line(flip)).append('\n'));
    long all =
        comparison.tasks().stream()
            .flatMap(task -> task.flips().stream())
            .mapToLong(FlipCount::flips)
            .sum();
    if (all > flips.size()) {
      text.append(format("flipped: %,d more; --flips=FILE lists all%n", all - flips.size()));
    }
    comparison.notes().forEach(note -> text.append(note).append('\n'));
    return text.toString();
  }

  private static String line(EvaluationFolder folder) {
    String started = folder.result().getStarted();
    return folder.path() + (started.isEmpty() ? "" : "  " + started);
  }

  private static String line(Flip flip) {
    if (flip.numbers().isPresent()) {
      Flip.Numbers of = flip.numbers().get();
      return format(
          "moved: %s seed %d, %s: %.3f -> %.3f, right is %.3f",
          flip.task(), flip.seed(), flip.key(), of.baseline(), of.candidate(), of.truth());
    }
    return format(
        "flipped: %s seed %d, %s: class %d -> %d, right is %s; a probability moved by %.2g",
        flip.task(),
        flip.seed(),
        flip.key(),
        flip.baseline(),
        flip.candidate(),
        flip.labels().size() == 1 ? flip.labels().get(0) : flip.labels(),
        flip.moved());
  }

  private static TextTable table(List<TaskComparison> tasks) {
    TextTable table =
        new TextTable(
            "task", "seeds", "baseline", "candidate", "difference", "interval", "p", "verdict");
    for (TaskComparison task : tasks) {
      Optional<SeedDifferences> differences = task.differences();
      table.add(
          task.task(),
          String.valueOf(task.pairs().size()),
          format("%.2f", task.baseline()),
          format("%.2f", task.candidate()),
          format("%+.2f", task.candidate() - task.baseline()),
          differences.map(ComparisonText::interval).orElse(""),
          differences.isPresent() ? format("%.2g", task.worseP()) : "",
          verdict(task));
    }
    return table;
  }

  private static String interval(SeedDifferences of) {
    double half = of.halfWidth(INTERVAL);
    return format("%+.2f to %+.2f", of.mean() - half, of.mean() + half);
  }

  private static String verdict(TaskComparison task) {
    StringBuilder text = new StringBuilder(word(task.verdict()));
    if (task.verdict() == Verdict.INCONCLUSIVE) {
      if (task.detectable().isPresent()) {
        text.append(
            format(
                ": a drop of %.2f points would have been found in %.0f of 100 cases",
                task.detectable().getAsDouble(), 100 * Comparison.POWER));
      } else {
        text.append(
            format(
                ": %d retrained, %d seeds are wanted",
                task.retrained().size(), Comparison.SEEDS_LEAST));
      }
    }
    task.flips()
        .filter(flips -> flips.images() > 0)
        .ifPresent(
            flips ->
                text.append(
                    format(
                        task.definition().getRegression() ? NUMBERS_MOVED : CLASSES_FLIPPED,
                        task.retrained().isEmpty() ? ":" : "; of the same adapters",
                        flips.flips(),
                        flips.images(),
                        RecordKind.of(task.definition()).many(),
                        flips.spoiled(),
                        flips.corrected(),
                        flips.moved())));
    return text.toString();
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case WORSE -> "worse";
      case NOT_WORSE -> "not worse";
      case INCONCLUSIVE -> "inconclusive";
      case UNCHANGED -> "same adapter, unchanged";
      case FLIPPED -> "same adapter, changed";
    };
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
