package io.hydrabeam.pipelines.catalog;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.Measure;
import io.hydrabeam.protos.Sentences;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What must hold of a task of sentences, and of scores beside a task's own. */
final class TextTaskCheck {

  /** A file's name, never a path. */
  private static final Pattern SUBMISSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*\\.tsv");

  private final Catalog catalog;

  private final Task task;

  TextTaskCheck(Catalog catalog, Task task) {
    this.catalog = catalog;
    this.task = task;
  }

  /** The first rule that is broken. */
  Optional<String> problem() {
    return first(numbers(), measures(), start(), tables());
  }

  @SafeVarargs
  private static Optional<String> first(Optional<String>... problems) {
    for (Optional<String> problem : problems) {
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<String> numbers() {
    if (task.getRegression() && task.getClasses() != 1) {
      return Optional.of("a regression has classes: 1, not %d".formatted(task.getClasses()));
    }
    return metricFits(task.getRegression(), "metric", MetricAccumulator.numbers(task.getMetric()));
  }

  private Optional<String> metricFits(boolean regression, String what, boolean numbers) {
    return regression == numbers
        ? Optional.empty()
        : Optional.of(
            regression
                ? what + " must be PEARSON or SPEARMAN, as the task is a regression"
                : what + " compares numbers, and the task is no regression");
  }

  private Optional<String> measures() {
    Set<String> names = new HashSet<>();
    for (Measure measure : task.getAlsoList()) {
      if (measure.getName().isBlank() || !names.add(measure.getName())) {
        return Optional.of("each `also` needs a name of its own");
      }
      Optional<String> problem =
          metricFits(
              task.getRegression(),
              "also '%s'".formatted(measure.getName()),
              MetricAccumulator.numbers(measure.getMetric()));
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<String> start() {
    String start = task.getStartTask();
    boolean known =
        catalog.getTaskList().stream()
            .anyMatch(
                other ->
                    other.getName().equals(start)
                        && !start.equals(task.getName())
                        && other.getStartTask().isEmpty());
    return start.isEmpty() || known
        ? Optional.empty()
        : Optional.of(
            "start_task '%s' must be another task of this catalog that starts from none"
                .formatted(start));
  }

  private Optional<String> tables() {
    boolean needed = catalog.getLayout() == Layout.SENTENCE_TABLES;
    if (needed != task.hasSentences()) {
      return Optional.of(
          needed
              ? "sentences {...} is missing, which layout SENTENCE_TABLES needs"
              : "sentences {...} belongs to layout SENTENCE_TABLES");
    }
    if (!needed) {
      return task.getRegression()
          ? Optional.of("a regression needs layout SENTENCE_TABLES")
          : Optional.empty();
    }
    Sentences sentences = task.getSentences();
    for (String split : List.of(Splits.SENTENCES.train(), Splits.TEST)) {
      if (sentences.getTableList().stream().noneMatch(table -> table.getSplit().equals(split))) {
        return Optional.of("no table of split '%s'".formatted(split));
      }
    }
    for (Table table : sentences.getTableList()) {
      Optional<String> problem = table(table);
      if (problem.isPresent()) {
        return problem;
      }
    }
    Optional<String> problem = hiddenParts();
    if (problem.isPresent()) {
      return problem;
    }
    if (task.getRegression()) {
      return sentences.getSmallest() < sentences.getLargest()
          ? Optional.empty()
          : Optional.of("sentences need smallest and largest, the range of their numbers");
    }
    return sentences.getLabelCount() == task.getClasses()
        ? Optional.empty()
        : Optional.of(
            "%d labels of %d classes are named"
                .formatted(sentences.getLabelCount(), task.getClasses()));
  }

  private static Optional<String> table(Table table) {
    boolean hidden = table.getSplit().equals(Splits.HIDDEN);
    if (!hidden && !Splits.SENTENCES.stored().contains(table.getSplit())) {
      return Optional.of(
          "table '%s' is of split '%s', which is none of train, test, hidden"
              .formatted(table.getFile(), table.getSplit()));
    }
    boolean labelled = !table.getColumns().getLabel().isEmpty();
    if (table.getColumns().getFirst().isEmpty() || labelled == hidden) {
      return Optional.of(
          (hidden
                  ? "hidden table '%s' needs columns { first: … } and no label"
                  : "table '%s' needs columns { first: … label: … }")
              .formatted(table.getFile()));
    }
    boolean submitted =
        hidden
            ? SUBMISSION.matcher(table.getSubmission()).matches()
            : !table.getSubmission().isEmpty();
    if (hidden != submitted) {
      return Optional.of(
          hidden
              ? "hidden table '%s' needs submission: \"NAME.tsv\", the file of its predictions"
                  .formatted(table.getFile())
              : "submission belongs to hidden tables, and table '%s' is of split '%s'"
                  .formatted(table.getFile(), table.getSplit()));
    }
    return Optional.empty();
  }

  /** By its part a hidden record tells its table, and by its name a file is found. */
  private Optional<String> hiddenParts() {
    Set<String> parts = new HashSet<>();
    for (Table table : task.getSentences().getTableList()) {
      if (table.getSplit().equals(Splits.HIDDEN)) {
        if (!parts.add(table.getPart())) {
          return Optional.of("each hidden table needs a part of its own");
        }
        long same =
            catalog.getTaskList().stream()
                .flatMap(other -> other.getSentences().getTableList().stream())
                .filter(other -> other.getSubmission().equals(table.getSubmission()))
                .count();
        if (same > 1) {
          return Optional.of(
              "submission '%s' is the file of %d tables".formatted(table.getSubmission(), same));
        }
      }
    }
    return Optional.empty();
  }
}
