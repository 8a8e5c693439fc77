package io.hydrabeam.runners;

import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessPlan;
import io.hydrabeam.pipelines.preprocess.SplitPlan;
import io.hydrabeam.pipelines.preprocess.TaskPlan;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TextOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tasks' data before it is prepared: the prepared folder where it stands, else the input's lists,
 * else the catalog's numbers.
 */
final class ForeseenData {
  private static final double HELD_OUT = 0.2;

  private final PreprocessOptions options;
  private final Catalog catalog;
  private @Nullable Map<String, TaskPlan> plans;

  ForeseenData(PreprocessOptions options, Catalog catalog) {
    this.options = options;
    this.catalog = catalog;
  }

  /** With a plan that was made already. */
  ForeseenData(PreprocessOptions options, Catalog catalog, PreprocessPlan plan) {
    this(options, catalog);
    this.plans = byFolder(plan);
  }

  /**
   * Lets texts be no longer than the backbone takes, where the options name both and do not say how
   * long texts are.
   */
  static <T extends PreprocessOptions & TrainOptions> void limitTokens(T options) {
    if (options.getMaxTokens() == null
        && Catalogs.chosen(options).getLayout() == Layout.SENTENCE_TABLES
        && TrainPlan.model(options) instanceof RobertaConfig roberta) {
      PreprocessPlan.limitTokens(options, roberta.context());
    }
  }

  /** What a folder of a task will hold, or holds. */
  DatasetInfo of(Task task, Variant variant) {
    return prepared(task, variant).orElseGet(() -> promised(task, variant));
  }

  /** All folders of a task. */
  List<DatasetInfo> all(Task task) {
    return Variant.folders(options, catalog).stream().map(variant -> of(task, variant)).toList();
  }

  /** Whether all of a task's folders stand on disk already. */
  boolean isPrepared(Task task) {
    return Variant.folders(options, catalog).stream()
        .allMatch(variant -> prepared(task, variant).isPresent());
  }

  /** Images of those folders that are not prepared yet. */
  long unprepared(List<Task> tasks) {
    return tasks.stream()
        .flatMap(
            task ->
                Variant.folders(options, catalog).stream()
                    .filter(variant -> prepared(task, variant).isEmpty())
                    .flatMap(variant -> of(task, variant).getSplitList().stream()))
        .mapToLong(SplitInfo::getImages)
        .sum();
  }

  /**
   * Bytes that the records will take, from a few of the input's images; reads its lists. Empty
   * where there is no input yet.
   */
  Optional<Long> estimatedBytes(Task task) {
    long bytes = 0;
    for (Variant variant : Variant.folders(options, catalog)) {
      Optional<TaskPlan> plan = plan(task, variant);
      if (plan.isEmpty()) {
        return Optional.empty();
      }
      bytes += plan.get().estimatedBytes();
    }
    return Optional.of(bytes);
  }

  private Optional<DatasetInfo> prepared(Task task, Variant variant) {
    return ExampleFolder.find(
        options.getExamples(), catalog.getBenchmark(), task.getName(), variant.folder());
  }

  private DatasetInfo promised(Task task, Variant variant) {
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark(catalog.getBenchmark())
            .setTask(task)
            .setShots(variant.shots())
            .setSampleSeed(variant.seed())
            .setImageOptions(imageOptions(task, variant));
    Map<String, Long> images = images(task, variant);
    for (String split : variant.splits(catalog)) {
      info.addSplit(
          SplitInfo.newBuilder().setName(split).setImages(images.getOrDefault(split, 0L)));
    }
    return info.build();
  }

  private ImageOptions imageOptions(Task task, Variant variant) {
    if (!task.hasSentences()) {
      return ImageOptions.newBuilder()
          .setImageSize(options.getImageSize())
          .setResize(task.getResize())
          .build();
    }
    // Without its tables nothing is known of a vocabulary.
    return plan(task, variant)
        .flatMap(plan -> plan.splits().stream().findFirst())
        .map(SplitPlan::imageOptions)
        .orElseGet(
            () -> ImageOptions.newBuilder().setText(TextOptions.getDefaultInstance()).build());
  }

  private Map<String, Long> images(Task task, Variant variant) {
    Map<String, Long> images = new HashMap<>();
    List<String> splits = variant.splits(catalog);
    if (task.getSplitSizeMap().keySet().containsAll(splits)) {
      task.getSplitSizeMap().forEach((split, size) -> images.put(split, (long) size));
      return images;
    }
    Optional<TaskPlan> plan = plan(task, variant);
    if (plan.isPresent()) {
      for (SplitPlan split : plan.get().splits()) {
        images.put(split.split(), split.images());
      }
      return images;
    }
    return published(task, variant);
  }

  /** From the catalog's numbers: sampled sets have about as many images of each class as asked. */
  private static Map<String, Long> published(Task task, Variant variant) {
    if (task.hasSentences()) {
      Map<String, Long> sizes = new HashMap<>();
      task.getPublishedSizeMap().forEach((split, size) -> sizes.put(split, (long) size));
      return sizes;
    }
    Splits splits = Splits.FEW_SHOT;
    if (!variant.sampled()) {
      long test = task.getPublishedSizeMap().getOrDefault(splits.test(), 0);
      return Map.of(splits.test(), test);
    }
    long all =
        variant.shots() == ExampleFolder.ALL_SHOTS
            ? task.getPublishedSizeMap().getOrDefault(splits.train(), 0)
            : (long) variant.shots() * task.getClasses();
    long validation = (long) Math.ceil(HELD_OUT * all);
    return Map.of(splits.train(), all - validation, splits.validation(), validation);
  }

  private Optional<TaskPlan> plan(Task task, Variant variant) {
    if (plans == null) {
      boolean readable =
          options.getInput() != null
              || (options.getCatalog() == null && catalog.getBenchmark().startsWith("sample"));
      plans = readable ? byFolder(PreprocessPlan.of(options)) : Map.of();
    }
    return Optional.ofNullable(plans.get(key(task, variant)));
  }

  private static Map<String, TaskPlan> byFolder(PreprocessPlan plan) {
    Map<String, TaskPlan> plans = new HashMap<>();
    plan.tasks().forEach(each -> plans.put(key(each.task(), each.variant()), each));
    return plans;
  }

  private static String key(Task task, Variant variant) {
    return task.getName() + '/' + variant.folder();
  }
}
