package io.hydrabeam.pipelines.sample;

import io.hydrabeam.pipelines.catalog.Splits;
import java.util.ArrayList;
import java.util.List;

/**
 * The source task of the sample backbone: one figure of eight shapes with one of four surfaces,
 * warmer or colder than its ground, near the middle, a little tilted. Large enough to train a small
 * transformer from random weights.
 */
final class FiguresTask implements PictureTask {

  private static final List<String> SHAPES =
      List.of("disc", "ring", "square", "triangle", "star", "cross", "crescent", "heart");
  private static final List<String> SURFACES = List.of("plain", "striped", "checked", "dotted");
  private static final List<String> CLASSES = combine();

  @Override
  public String name() {
    return "figures";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public int size(String split) {
    return switch (split) {
      case Splits.TRAIN -> 19_000;
      case Splits.VALIDATION -> 1_000;
      case Splits.TRAIN_VALIDATION -> 20_000;
      case Splits.TEST -> 2_000;
      default -> throw PictureTask.unknownSplit(split);
    };
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    int shape = label % SHAPES.size();
    int surface = label / SHAPES.size() % SURFACES.size();
    boolean warm = label / (SHAPES.size() * SURFACES.size()) == 0;
    Rgb ground = tone(!warm, random);
    paintGround(canvas, ground, random);

    double radius = random.between(13, 20);
    double room = 5;
    double x = Canvas.MIDDLE + random.between(-room, room);
    double y = Canvas.MIDDLE + random.between(-room, room);
    double squash = random.between(0.85, 1);
    Field figure =
        shape(shape, radius).stretched(1, squash).turned(random.between(-0.4, 0.4)).moved(x, y);
    Rgb first = apart(tone(warm, random), ground, warm, random);
    Rgb second = apart(first, first, warm, random);
    canvas.paint(figure, first, second, surface(surface, random), 1, 1);
    if (random.chance(0.3)) {
      canvas.paint(figure.outline(1.3), first.times(0.4));
    }
    canvas.shadeAcross(0.3, random);
    canvas.grain(random.between(0.005, 0.04), random);
  }

  /** A colour of the same warmth that can be told from {@code other}. */
  private static Rgb apart(Rgb colour, Rgb other, boolean warm, PictureRandom random) {
    Rgb result = colour;
    for (int tries = 0; tries < 64; tries++) {
      if (Math.abs(result.luminance() - other.luminance()) > 0.2) {
        return result;
      }
      result = tone(warm, random);
    }
    return result;
  }

  private static Rgb tone(boolean warm, PictureRandom random) {
    double hue = warm ? random.between(-0.1, 0.2) : random.between(0.35, 0.75);
    return Rgb.hsv(hue, random.between(0.25, 0.9), random.between(0.2, 1));
  }

  private static void paintGround(Canvas canvas, Rgb ground, PictureRandom random) {
    Noise noise = new Noise(random);
    double period = random.between(2, 20);
    double depth = random.between(0, 0.4);
    canvas.fill(
        ground.times(1 - depth),
        ground.times(1 + depth),
        (x, y) -> noise.cloudy(x / period, y / period));
    int specks = random.below(7);
    for (int i = 0; i < specks; i++) {
      canvas.paint(
          Shapes.ellipse(random.between(1, 3), random.between(1, 3))
              .turned(random.angle())
              .moved(random.between(0, Canvas.SIZE), random.between(0, Canvas.SIZE)),
          ground.times(random.between(0.5, 1.6)));
    }
  }

  private static Field shape(int shape, double r) {
    return switch (SHAPES.get(shape)) {
      case "disc" -> Shapes.disc(0.8 * r);
      case "ring" -> Shapes.disc(0.75 * r).outline(0.45 * r);
      case "square" -> Shapes.box(0.7 * r, 0.7 * r);
      case "triangle" -> Shapes.regular(3, r);
      case "star" -> Shapes.star(5, r, 0.45 * r);
      case "cross" -> Shapes.cross(0.9 * r, 0.55 * r);
      case "crescent" -> Shapes.crescent(0.9 * r);
      case "heart" -> Shapes.heart(0.95 * r);
      default -> throw new IllegalArgumentException("shape (%d) is unknown".formatted(shape));
    };
  }

  /** 0 or 1, with a soft change between. */
  private static Field surface(int surface, PictureRandom random) {
    double period = random.between(4, 7);
    double dx = random.between(0, period);
    double dy = random.between(0, period);
    double k = 2 * StrictMath.PI / period;
    Field pattern =
        switch (SURFACES.get(surface)) {
          case "plain" -> (x, y) -> 0;
          case "striped" -> (x, y) -> 0.5 + 2 * StrictMath.sin(k * x);
          case "checked" ->
              (x, y) -> 0.5 + 3 * StrictMath.sin(k * x * 0.75) * StrictMath.sin(k * y * 0.75);
          case "dotted" ->
              (x, y) -> 0.5 + 2.5 * (StrictMath.cos(k * x) + StrictMath.cos(k * y) - 0.9);
          default ->
              throw new IllegalArgumentException("surface (%d) is unknown".formatted(surface));
        };
    return pattern.turned(random.angle()).moved(dx, dy);
  }

  private static List<String> combine() {
    List<String> names = new ArrayList<>();
    for (String tone : List.of("warm", "cold")) {
      for (String surface : SURFACES) {
        for (String shape : SHAPES) {
          names.add(tone + " " + surface + " " + shape);
        }
      }
    }
    return List.copyOf(names);
  }
}
