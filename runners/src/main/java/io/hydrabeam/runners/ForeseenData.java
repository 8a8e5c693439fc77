package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessPlan;
import io.hydrabeam.pipelines.preprocess.SplitPlan;
import io.hydrabeam.pipelines.preprocess.TaskPlan;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tasks' data before it is prepared: the prepared folder where it stands, else the input's list
 * files, else the catalog's numbers.
 */
final class ForeseenData implements Function<Task, DatasetInfo> {

  private final PreprocessOptions options;
  private final Catalog catalog;
  private @Nullable Map<String, TaskPlan> plans;

  ForeseenData(PreprocessOptions options, Catalog catalog) {
    this.options = options;
    this.catalog = catalog;
  }

  @Override
  public DatasetInfo apply(Task task) {
    return prepared(task).orElseGet(() -> promised(task));
  }

  /** What stands on disk already. */
  Optional<DatasetInfo> prepared(Task task) {
    return ExampleFolder.find(options.getExamples(), catalog.getBenchmark(), task.getName());
  }

  /** Images of those tasks that are not prepared yet. */
  long unprepared(List<Task> tasks) {
    return tasks.stream()
        .filter(task -> prepared(task).isEmpty())
        .flatMap(task -> apply(task).getSplitList().stream())
        .mapToLong(SplitInfo::getImages)
        .sum();
  }

  /** Bytes that the records will take, from a few of the input's images; reads its list files. */
  Optional<Long> estimatedBytes(Task task) {
    return plan(task).map(TaskPlan::estimatedBytes);
  }

  private DatasetInfo promised(Task task) {
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark(catalog.getBenchmark())
            .setTask(task)
            .setImageOptions(
                ImageOptions.newBuilder()
                    .setImageSize(options.getImageSize())
                    .setResize(task.getResize()));
    Map<String, Long> images = images(task);
    for (String split : Splits.ALL) {
      info.addSplit(
          SplitInfo.newBuilder().setName(split).setImages(images.getOrDefault(split, 0L)));
    }
    return info.build();
  }

  private Map<String, Long> images(Task task) {
    if (task.getSplitSizeMap().keySet().containsAll(Splits.ALL)) {
      return task.getSplitSizeMap().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, split -> (long) split.getValue()));
    }
    return plan(task)
        .map(
            plan ->
                plan.splits().stream()
                    .collect(Collectors.toMap(SplitPlan::split, SplitPlan::images)))
        .orElse(Map.of());
  }

  private Optional<TaskPlan> plan(Task task) {
    if (options.getInput() == null && options.getCatalog() != null) {
      return Optional.empty();
    }
    if (plans == null) {
      boolean readable = options.getInput() != null || catalog.getBenchmark().startsWith("sample");
      plans =
          readable
              ? PreprocessPlan.of(options).tasks().stream()
                  .collect(Collectors.toMap(plan -> plan.task().getName(), plan -> plan))
              : Map.of();
    }
    return Optional.ofNullable(plans.get(task.getName()));
  }
}
