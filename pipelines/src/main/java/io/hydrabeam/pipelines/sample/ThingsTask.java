package io.hydrabeam.pipelines.sample;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.datasets.ImagePool;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which of five kinds of things lie in the picture, at most one of each, so that an image has any
 * number of labels, or none. All 32 sets are equally frequent.
 */
final class ThingsTask implements PictureTask {

  private static final List<String> CLASSES = List.of("ring", "star", "cross", "crescent", "heart");

  /** Cells of the picture, in columns and rows; each thing lies in one. */
  private static final int COLUMNS = 3;

  private static final int ROWS = 2;

  @Override
  public String name() {
    return "things";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public int kinds() {
    return 1 << CLASSES.size();
  }

  @Override
  public List<Integer> labels(int kind) {
    return IntStream.range(0, CLASSES.size())
        .filter(label -> (kind >> label & 1) == 1)
        .boxed()
        .toList();
  }

  @Override
  public int size(String split) {
    return switch (split) {
      case ImagePool.TRAIN, Splits.TEST -> 480;
      default -> throw PictureTask.unknownSplit(split);
    };
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    Rgb ground = Rgb.dark(random);
    Grounds.cloudy(canvas, ground, random);
    int[] cells = IntStream.range(0, COLUMNS * ROWS).toArray();
    for (int i = cells.length - 1; i > 0; i--) {
      int j = random.below(i + 1);
      int cell = cells[i];
      cells[i] = cells[j];
      cells[j] = cell;
    }
    double width = (double) Canvas.SIZE / COLUMNS;
    double height = (double) Canvas.SIZE / ROWS;
    for (int thing : labels(label)) {
      int row = cells[thing] / COLUMNS;
      double x = (cells[thing] % COLUMNS + 0.5) * width + random.between(-0.5, 0.5);
      double y = (row + 0.5) * height + random.between(-4, 4);
      Field shape = shape(thing, random.between(5.5, 7)).turned(random.between(-0.4, 0.4));
      canvas.paint(shape.moved(x, y), Rgb.bright(random));
    }
    Grounds.camera(canvas, random);
  }

  private static Field shape(int thing, double r) {
    return switch (CLASSES.get(thing)) {
      case "ring" -> Shapes.disc(0.75 * r).outline(0.45 * r);
      case "star" -> Shapes.star(5, r, 0.45 * r);
      case "cross" -> Shapes.cross(0.9 * r, 0.55 * r);
      case "crescent" -> Shapes.crescent(0.9 * r);
      case "heart" -> Shapes.heart(0.95 * r);
      default -> throw new IllegalArgumentException("thing (%d) is unknown".formatted(thing));
    };
  }
}
