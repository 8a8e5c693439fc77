package io.hydrabeam.pipelines.sample;

import java.util.List;

/** Where the one thing in the picture points, in eighths of a turn; its kind does not matter. */
final class OrientationTask implements PictureTask {

  private static final List<String> CLASSES = List.of("N", "NE", "E", "SE", "S", "SW", "W", "NW");

  @Override
  public String name() {
    return "orientation";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    Rgb ground = Rgb.dark(random);
    Grounds.cloudy(canvas, ground, random);
    double radius = random.between(14, 18);
    double turn = 2 * StrictMath.PI * (label + random.between(-0.42, 0.42)) / CLASSES.size();
    double room = 4;
    double x = Canvas.MIDDLE + random.between(-room, room);
    double y = Canvas.MIDDLE + random.between(-room, room);
    Field thing = thing(random.below(4)).grown(radius).turned(turn).moved(x, y);
    Rgb colour = Rgb.bright(random);
    canvas.paint(thing, colour);
    if (random.chance(0.4)) {
      canvas.paint(thing.outline(1.2), Rgb.against(colour, 0.2, random));
    }
    Grounds.camera(canvas, random);
  }

  /** A thing of radius 1 that points up. */
  private static Field thing(int kind) {
    return switch (kind) {
      case 0 -> // an arrow
          Shapes.polygon(
              0, -1, 0.62, -0.25, 0.22, -0.25, 0.22, 0.95, -0.22, 0.95, -0.22, -0.25, -0.62, -0.25);
      case 1 -> // a drop
          Shapes.disc(0.55)
              .moved(0, 0.4)
              .or(Shapes.polygon(0, -1, 0.5, 0.16, 0.2, 0.6, -0.2, 0.6, -0.5, 0.16));
      case 2 -> // a house
          Shapes.polygon(0, -1, 0.62, -0.3, 0.62, 0.85, -0.62, 0.85, -0.62, -0.3);
      default -> // a dart with a notch
          Shapes.polygon(0, -1, 0.7, 0.85, 0, 0.4, -0.7, 0.85);
    };
  }
}
