package io.hydrabeam.pipelines.sample;

import io.hydrabeam.pipelines.catalog.Splits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The drawn tasks: six of the benchmark {@code sample}, {@code things} of {@code sample_fewshot},
 * and {@code figures}, which the sample backbone was trained on.
 *
 * <p>A picture is determined by generator seed, task, split and index, and by nothing else. Tasks
 * and recipes were settled on other seeds than {@link #SEED}, so that the numbers measured on it
 * are not chosen after the fact.
 */
public final class SampleTasks {

  /** The generator seed of the benchmark as it is shipped. */
  public static final long SEED = 2309_06922L;

  /** Raised when a picture of any task changes; part of the data's source. */
  public static final int GENERATOR_VERSION = 1;

  /** Side of every picture, pixels. */
  public static final int IMAGE_SIZE = Canvas.SIZE;

  private static final Map<String, PictureTask> TASKS =
      byName(
          new TexturesTask(),
          new DigitsTask(),
          new BloodTask(),
          new LandcoverTask(),
          new CountingTask(),
          new OrientationTask(),
          new ThingsTask(),
          new FiguresTask());

  private SampleTasks() {}

  /** Whether a task of that name can be drawn. */
  public static boolean has(String task) {
    return TASKS.containsKey(task);
  }

  /** What the labels of a task mean, in their order. */
  public static List<String> classNames(String task) {
    return task(task).classNames();
  }

  /** Number of images of a split. */
  public static int size(String task, String split) {
    return task(task).size(split);
  }

  /** The key of an image: split, slash, six digits. */
  public static String key(String split, int index) {
    return "%s/%06d".formatted(split, index);
  }

  /** A picture of the benchmark as it is shipped. */
  public static SampleImage draw(String task, String split, int index) {
    return draw(SEED, task, split, index);
  }

  /**
   * A picture. {@code train800val200} repeats {@code train800}, then {@code val200}; the other
   * splits share none.
   *
   * @param generatorSeed {@link #SEED}, or another one for development
   * @param index from 0, below {@link #size}
   */
  public static SampleImage draw(long generatorSeed, String task, String split, int index) {
    PictureTask pictures = task(task);
    int size = pictures.size(split);
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          "index (%d) must be in [0, %d) for %s of %s".formatted(index, size, split, task));
    }
    String source = split;
    int within = index;
    if (split.equals(Splits.TRAIN_VALIDATION)) {
      int train = pictures.size(Splits.TRAIN);
      source = index < train ? Splits.TRAIN : Splits.VALIDATION;
      within = index < train ? index : index - train;
    }
    int label = label(generatorSeed, task, source, within, pictures.kinds());
    Canvas canvas = new Canvas();
    pictures.paint(canvas, label, PictureRandom.of(generatorSeed, task, source, within));
    return new SampleImage(label, Canvas.SIZE, canvas.toBytes());
  }

  /**
   * The labels of a picture, ascending, without drawing it. The split is none that repeats others.
   */
  public static List<Integer> labels(long generatorSeed, String task, String split, int index) {
    PictureTask pictures = task(task);
    return pictures.labels(label(generatorSeed, task, split, index, pictures.kinds()));
  }

  /** Every run of as many images as there are kinds holds each kind once, in a random order. */
  private static int label(long seed, String task, String split, int index, int classes) {
    PictureRandom random = PictureRandom.of(seed, task, split + "/labels", index / classes);
    int[] order = new int[classes];
    for (int i = 0; i < classes; i++) {
      int j = random.below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order[index % classes];
  }

  private static PictureTask task(String name) {
    PictureTask task = TASKS.get(name);
    if (task == null) {
      throw new IllegalArgumentException(
          "task (%s) must be one of %s".formatted(name, String.join(", ", TASKS.keySet())));
    }
    return task;
  }

  private static Map<String, PictureTask> byName(PictureTask... tasks) {
    Map<String, PictureTask> map = new LinkedHashMap<>();
    for (PictureTask task : tasks) {
      map.put(task.name(), task);
    }
    return map;
  }
}
