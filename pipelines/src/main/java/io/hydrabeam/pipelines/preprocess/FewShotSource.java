package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.datasets.ImagePool;
import io.hydrabeam.pipelines.fewshot.FewShotSample;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Training sets sampled from a pool of images; its test images as they are. */
final class FewShotSource implements AddressedSource {
  private static final long serialVersionUID = 1L;

  private final ImagePool pool;

  FewShotSource(ImagePool pool) {
    this.pool = pool;
  }

  @Override
  public String identity() {
    return pool.identity() + "; sample, version 1";
  }

  @Override
  public void check(List<Task> tasks) throws IOException {
    pool.check(tasks);
  }

  @Override
  public List<ImageReference> references(Task task, Variant variant, String split)
      throws IOException {
    if (!variant.sampled()) {
      return pool.images(task, ImagePool.TEST);
    }
    return chosen(task, variant).stream()
        .filter(chosen -> chosen.split().equals(split))
        .map(Chosen::image)
        .toList();
  }

  @Override
  public List<Chosen> chosen(Task task, Variant variant) throws IOException {
    List<ImageReference> images = pool(task);
    List<int[]> labels = new ArrayList<>(images.size());
    for (ImageReference image : images) {
      labels.add(image.getLabelList().stream().mapToInt(Integer::intValue).toArray());
    }
    FewShotSample sample =
        FewShotSample.draw(
            labels, task.getClasses(), task.getMultilabel(), variant.shots(), variant.seed());
    Splits splits = Splits.FEW_SHOT;
    List<Chosen> chosen = new ArrayList<>(sample.chosen().length);
    for (int i = 0; i < sample.chosen().length; i++) {
      String split = sample.validation()[i] ? splits.validation() : splits.train();
      chosen.add(new Chosen(images.get(sample.chosen()[i]), split));
    }
    return chosen;
  }

  @Override
  public List<ImageReference> pool(Task task) throws IOException {
    return pool.images(task, ImagePool.TRAIN);
  }

  @Override
  public SourceImage read(Task task, String split, ImageReference reference)
      throws IOException, BadImageException {
    List<Integer> labels = reference.getLabelList().stream().distinct().sorted().toList();
    return new SourceImage(pool.read(task, reference), labels);
  }

  @Override
  public List<String> classNames(Task task) throws IOException {
    return pool.classNames(task);
  }

  @Override
  public void open() {
    pool.open();
  }

  @Override
  public void close() {
    pool.close();
  }
}
