package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.sample.SampleImage;
import io.hydrabeam.pipelines.sample.SampleTasks;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;

/** The sample benchmarks, whose pictures are drawn by the worker that stores them. */
final class DrawnTasks implements AddressedSource {
  private static final long serialVersionUID = 1L;

  private final long generatorSeed;

  DrawnTasks(long generatorSeed) {
    this.generatorSeed = generatorSeed;
  }

  /** Whether every task of a catalog can be drawn. */
  static boolean draws(Catalog catalog) {
    return catalog.getTaskList().stream().allMatch(task -> SampleTasks.has(task.getName()));
  }

  @Override
  public String identity() {
    return "drawn tasks, version %d, seed %d"
        .formatted(SampleTasks.GENERATOR_VERSION, generatorSeed);
  }

  @Override
  public List<ImageReference> references(Task task, Variant variant, String split) {
    int size = SampleTasks.size(task.getName(), split);
    Integer expected = task.getSplitSizeMap().get(split);
    if (expected != null && expected != size) {
      throw HydraException.usage(
          "task %s draws %d images for %s; the catalog says %d"
              .formatted(task.getName(), size, split, expected));
    }
    List<ImageReference> references = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      references.add(
          ImageReference.newBuilder()
              .setKey(SampleTasks.key(split, i))
              .addLabel(0) // The picture tells it.
              .setWhere(split + ":" + i)
              .build());
    }
    return references;
  }

  @Override
  public List<String> classNames(Task task) {
    return SampleTasks.classNames(task.getName());
  }

  @Override
  public SourceImage read(Task task, String split, ImageReference reference) {
    String where = reference.getWhere();
    int index = Integer.parseInt(where.substring(where.lastIndexOf(':') + 1));
    SampleImage image = SampleTasks.draw(generatorSeed, task.getName(), split, index);
    return new SourceImage(
        new RgbImage(image.size(), image.size(), image.rgb()), List.of(image.label()));
  }
}
