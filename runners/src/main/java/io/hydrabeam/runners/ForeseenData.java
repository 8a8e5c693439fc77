package io.hydrabeam.runners;

import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.util.function.Function;

/** A task's data before it is prepared: what the catalog says of it. */
final class ForeseenData {

  private ForeseenData() {}

  /** Prepared data where it stands, else the catalog's numbers. */
  static Function<Task, DatasetInfo> ofCatalog(PreprocessOptions options, Catalog catalog) {
    return task ->
        ExampleFolder.find(options.getExamples(), catalog.getBenchmark(), task.getName())
            .orElseGet(() -> promised(options, catalog, task));
  }

  private static DatasetInfo promised(PreprocessOptions options, Catalog catalog, Task task) {
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark(catalog.getBenchmark())
            .setTask(task)
            .setImageOptions(
                ImageOptions.newBuilder()
                    .setImageSize(options.getImageSize())
                    .setResize(task.getResize()));
    task.getSplitSizeMap()
        .forEach(
            (split, images) ->
                info.addSplit(SplitInfo.newBuilder().setName(split).setImages(images)));
    return info.build();
  }
}
