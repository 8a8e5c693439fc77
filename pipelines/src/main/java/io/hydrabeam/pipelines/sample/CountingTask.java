package io.hydrabeam.pipelines.sample;

import java.util.List;

/**
 * How many things lie in the picture. The area that they cover together is drawn without regard to
 * their number, so neither the mean colour nor the share of foreground tells it.
 */
final class CountingTask implements PictureTask {

  private static final List<String> CLASSES = List.of("1", "2", "3", "4", "5", "6");

  /** Distance kept between two things and to the border, pixels. */
  private static final double GAP = 1.2;

  @Override
  public String name() {
    return "counting";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    Rgb ground = Rgb.dark(random);
    Grounds.cloudy(canvas, ground, random);
    int count = label + 1;
    boolean alike = random.chance(0.5);
    int kind = random.below(4);
    Rgb colour = Rgb.bright(random);
    for (double[] place : places(count, random)) {
      if (!alike) {
        kind = random.below(4);
        colour = Rgb.bright(random);
      }
      canvas.paint(thing(kind, place[2]).turned(random.angle()).moved(place[0], place[1]), colour);
    }
    Grounds.camera(canvas, random);
  }

  /** Centres and radii of discs that do not touch. */
  private static double[][] places(int count, PictureRandom random) {
    while (true) {
      double area = 180 * StrictMath.pow(2.8, random.unit());
      double[] share = new double[count];
      double sum = 0;
      for (int i = 0; i < count; i++) {
        share[i] = random.between(0.6, 1.4);
        sum += share[i];
      }
      double[][] places = new double[count][];
      int placed = 0;
      for (int tries = 0; tries < 300 && placed < count; tries++) {
        double radius = Math.sqrt(area * share[placed] / sum / StrictMath.PI);
        double x = random.between(radius + GAP, Canvas.SIZE - radius - GAP);
        double y = random.between(radius + GAP, Canvas.SIZE - radius - GAP);
        if (free(places, placed, x, y, radius)) {
          places[placed++] = new double[] {x, y, radius};
        }
      }
      if (placed == count) {
        return places;
      }
    }
  }

  private static boolean free(double[][] places, int placed, double x, double y, double radius) {
    for (int i = 0; i < placed; i++) {
      double dx = x - places[i][0];
      double dy = y - places[i][1];
      if (Math.sqrt(dx * dx + dy * dy) < radius + places[i][2] + 2 * GAP) {
        return false;
      }
    }
    return true;
  }

  /** A thing inside a disc of radius {@code r}. */
  private static Field thing(int kind, double r) {
    return switch (kind) {
      case 0 -> Shapes.disc(r);
      case 1 -> Shapes.box(0.75 * r, 0.75 * r);
      case 2 -> Shapes.regular(3, r * 1.1);
      default -> Shapes.ellipse(r, 0.65 * r);
    };
  }
}
