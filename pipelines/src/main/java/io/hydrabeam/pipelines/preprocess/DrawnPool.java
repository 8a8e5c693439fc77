package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.datasets.ImagePool;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.sample.SampleImage;
import io.hydrabeam.pipelines.sample.SampleTasks;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;

/** Pictures to sample from, drawn by the worker that stores them. */
final class DrawnPool implements ImagePool {
  private static final long serialVersionUID = 1L;

  private final long generatorSeed;

  DrawnPool(long generatorSeed) {
    this.generatorSeed = generatorSeed;
  }

  @Override
  public String identity() {
    return new DrawnTasks(generatorSeed).identity();
  }

  @Override
  public void check(List<Task> tasks) {}

  @Override
  public List<ImageReference> images(Task task, String usage) {
    int size = SampleTasks.size(task.getName(), usage);
    List<ImageReference> references = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      references.add(
          ImageReference.newBuilder()
              .setKey(SampleTasks.key(usage, i))
              .setWhere(usage + ":" + i)
              .addAllLabel(SampleTasks.labels(generatorSeed, task.getName(), usage, i))
              .build());
    }
    return references;
  }

  @Override
  public RgbImage read(Task task, ImageReference reference) {
    String where = reference.getWhere();
    int colon = where.lastIndexOf(':');
    SampleImage image =
        SampleTasks.draw(
            generatorSeed,
            task.getName(),
            where.substring(0, colon),
            Integer.parseInt(where.substring(colon + 1)));
    return new RgbImage(image.size(), image.size(), image.rgb());
  }

  @Override
  public List<String> classNames(Task task) {
    return SampleTasks.classNames(task.getName());
  }
}
