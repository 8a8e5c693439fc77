package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The test data of a benchmark's tasks, and whether a job belongs to them. A job on fixed splits
 * was trained on the same folder; a few-shot job on a variant of its own beside it, which must be
 * of the same task, version, classes and image options, so that the model sees what it was trained
 * for.
 */
final class TestData {
  private final String examples;
  private final String benchmark;
  private final Map<String, Task> tasks = new HashMap<>();

  /** As stored, by task. */
  private final Map<String, DatasetInfo> stored = new HashMap<>();

  /** By task and variant. */
  private final Map<String, Optional<DatasetInfo>> variants = new HashMap<>();

  /**
   * @param tasks of the catalog
   */
  TestData(String examples, String benchmark, List<Task> tasks) {
    this.examples = examples;
    this.benchmark = benchmark;
    tasks.forEach(task -> this.tasks.put(task.getName(), task));
  }

  /**
   * What is known of a task's test data; its task is the catalog's, whose metric counts. Hidden
   * records are a split of it where there are any.
   *
   * @throws HydraException if there is none, or its classes are not the catalog's
   */
  DatasetInfo of(String task) {
    DatasetInfo info = stored(task);
    Task now = tasks.getOrDefault(task, info.getTask());
    if (now.getClasses() != info.getTask().getClasses()
        || now.getMultilabel() != info.getTask().getMultilabel()) {
      throw HydraException.usage(
          "%s: the catalog has %s, the examples have %s; run preprocess again"
              .formatted(task, kind(now), kind(info.getTask())));
    }
    DatasetInfo.Builder test = info.toBuilder().setTask(now);
    if (hiddenMismatch(task).isEmpty()) {
      hidden(task).flatMap(ExampleFolder::hidden).ifPresent(test::addSplit);
    }
    return test.build();
  }

  /** Why a task's hidden records are not predicted; empty if they are, or if there are none. */
  String hiddenMismatch(String task) {
    String unlike = hidden(task).map(hidden -> unlike(hidden, stored(task))).orElse("");
    return unlike.isEmpty()
        ? ""
        : "%s: the hidden records are not predicted, as they are not of the test data's kind: %s; run preprocess again"
            .formatted(task, unlike);
  }

  private Optional<DatasetInfo> hidden(String task) {
    boolean known =
        tasks.containsKey(task)
            && tasks.get(task).getSentences().getTableList().stream()
                .anyMatch(table -> table.getSplit().equals(Splits.HIDDEN));
    return known ? variant(task, ExampleFolder.HIDDEN) : Optional.empty();
  }

  private Optional<DatasetInfo> variant(String task, String variant) {
    return variants.computeIfAbsent(
        task + '/' + variant, name -> ExampleFolder.find(examples, benchmark, task, variant));
  }

  /** Why a job does not belong to its task's test data; empty if it does. */
  String mismatch(JobKey key) {
    DatasetInfo test = stored(key.getTask());
    String variant = ExampleFolder.variant(key.getShots(), key.getSeed());
    DatasetInfo trained = test;
    if (!variant.isEmpty()) {
      Optional<DatasetInfo> found = variant(key.getTask(), variant);
      if (found.isEmpty()) {
        return "%s: the examples that the job was trained on (%s) are missing"
            .formatted(key.getTask(), variant);
      }
      trained = found.get();
    }
    if (!key.getDataHash().equals(trained.getDataHash())) {
      return "%s: the job was trained on other examples (hash %.12s) than these (hash %.12s)"
          .formatted(key.getTask(), key.getDataHash(), trained.getDataHash());
    }
    String unlike = unlike(trained, test);
    if (!unlike.isEmpty()) {
      return "%s: %s is not of the test images: %s".formatted(key.getTask(), variant, unlike);
    }
    if (key.getClasses() != test.getTask().getClasses()) {
      return "%s: the job has %d classes, the examples have %d"
          .formatted(key.getTask(), key.getClasses(), test.getTask().getClasses());
    }
    if (test.getSplitList().stream().noneMatch(split -> split.getName().equals(Splits.TEST))) {
      return "%s: the examples have no split %s".formatted(key.getTask(), Splits.TEST);
    }
    return "";
  }

  /** In what training and test data of a task differ that must be the same; empty if in nothing. */
  private static String unlike(DatasetInfo trained, DatasetInfo test) {
    Task a = trained.getTask();
    Task b = test.getTask();
    if (!a.getName().equals(b.getName()) || a.getVersion() != b.getVersion()) {
      return "task %s version %d, not %s version %d"
          .formatted(a.getName(), a.getVersion(), b.getName(), b.getVersion());
    }
    if (a.getClasses() != b.getClasses() || a.getMultilabel() != b.getMultilabel()) {
      return "%s, not %s".formatted(kind(a), kind(b));
    }
    if (test.getImageOptions().hasText()) {
      return trained.getImageOptions().equals(test.getImageOptions())
          ? ""
          : "texts of %d tokens, not %d, or of another vocabulary"
              .formatted(
                  trained.getImageOptions().getText().getTokens(),
                  test.getImageOptions().getText().getTokens());
    }
    if (!trained.getImageOptions().equals(test.getImageOptions())) {
      return "images of %d pixels by %s, not %d by %s"
          .formatted(
              trained.getImageOptions().getImageSize(),
              trained.getImageOptions().getResize(),
              test.getImageOptions().getImageSize(),
              test.getImageOptions().getResize());
    }
    return "";
  }

  private static String kind(Task task) {
    return "%d classes with %s"
        .formatted(task.getClasses(), task.getMultilabel() ? "several labels" : "one label");
  }

  private DatasetInfo stored(String task) {
    return stored.computeIfAbsent(task, name -> ExampleFolder.open(examples, benchmark, name));
  }
}
