package io.hydrabeam.pipelines.sample;

import java.util.List;

/**
 * A parcel of land seen from above: its tone against the land around it and its surface tell the
 * class. Those are what the source task teaches too, so this is the task where a linear probe
 * should do as well as anything.
 */
final class LandcoverTask implements PictureTask {

  private static final List<String> CLASSES =
      List.of("bare soil", "ploughed rows", "hay bales", "lake", "paddy rows", "grove");

  @Override
  public String name() {
    return "landcover";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    boolean dry = label < 3;
    Noise land = new Noise(random);
    Rgb around = tone(!dry, random);
    double period = random.between(5, 14);
    canvas.fill(
        around.times(0.8),
        around.times(1.15),
        (x, y) -> 1.4 * land.cloudy(x / period, y / period) - 0.2);
    paintRoad(canvas, random);

    double width = random.between(12, 19);
    double height = random.between(12, 19);
    Noise border = new Noise(random);
    Field parcel =
        Shapes.roundedBox(width, height, random.between(2, 10))
            .turned(random.between(-0.6, 0.6))
            .moved(Canvas.MIDDLE + random.between(-4, 4), Canvas.MIDDLE + random.between(-4, 4));
    Field ragged = (x, y) -> parcel.at(x, y) + 4 * (border.smooth(x / 6, y / 6) - 0.5);
    Rgb cover = tone(dry, random);
    boolean darker = cover.luminance() > 0.45;
    canvas.paint(
        ragged,
        cover,
        cover.times(darker ? random.between(0.45, 0.7) : random.between(1.5, 1.9)),
        surface(label % 3, random),
        1,
        1.5);
    Rgb haze = Rgb.hsv(random.unit(), 0.1, 0.85);
    canvas.paint((x, y) -> -1, haze, random.between(0, 0.2));
    Grounds.camera(canvas, random);
  }

  private static void paintRoad(Canvas canvas, PictureRandom random) {
    if (random.chance(0.5)) {
      Field road =
          Shapes.box(50, random.between(0.6, 1.4))
              .turned(random.angle())
              .moved(random.between(0, Canvas.SIZE), random.between(0, Canvas.SIZE));
      canvas.paint(road, Rgb.hsv(0.6, 0.05, random.between(0.5, 0.8)));
    }
  }

  /** Soil and grain, or water and leaves. */
  private static Rgb tone(boolean dry, PictureRandom random) {
    double hue = dry ? random.between(0.03, 0.15) : random.between(0.36, 0.6);
    return Rgb.hsv(hue, random.between(0.35, 0.7), random.between(0.35, 0.85));
  }

  /** Even, in rows, or with dots on a lattice; 0 or 1 with a soft change between. */
  private static Field surface(int surface, PictureRandom random) {
    Noise noise = new Noise(random);
    double k = 2 * StrictMath.PI / random.between(4, 6.5);
    Field pattern =
        switch (surface) {
          case 0 -> (x, y) -> 0.5 * noise.cloudy(x / 8, y / 8) - 0.1;
          case 1 -> (x, y) -> 0.5 + 1.5 * StrictMath.sin(k * x);
          default -> (x, y) -> 0.5 + 2 * (StrictMath.cos(k * x) + StrictMath.cos(k * y) - 0.9);
        };
    return pattern
        .turned(random.angle())
        .moved(random.between(0, Canvas.SIZE), random.between(0, Canvas.SIZE));
  }
}
