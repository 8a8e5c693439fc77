package io.hydrabeam.pipelines.sample;

import java.util.List;

/**
 * Land seen from above. Colour and texture tell most of it, as in real land-cover data, so a linear
 * probe should do as well as anything here; part of each picture shows another cover, which bounds
 * what any method can reach.
 */
final class LandcoverTask implements PictureTask {

  private static final List<String> CLASSES =
      List.of(
          "water", "forest", "crops", "orchard", "barren", "residential", "industrial", "highway");

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
    int other = random.below(CLASSES.size());
    cover(canvas, other, (x, y) -> -1, random);
    // A border through the picture: the labelled cover keeps the larger side.
    double angle = random.angle();
    double nx = StrictMath.cos(angle);
    double ny = StrictMath.sin(angle);
    double reach = random.between(2, 22);
    Noise coast = new Noise(random);
    cover(
        canvas,
        label,
        (x, y) ->
            nx * (x - Canvas.MIDDLE)
                + ny * (y - Canvas.MIDDLE)
                - reach
                + 5 * (coast.smooth(x / 8, y / 8) - 0.5),
        random);
    // Season, haze and exposure.
    Rgb haze = Rgb.hsv(random.between(0.5, 0.7), 0.15, 0.85);
    double thick = random.between(0, 0.3);
    canvas.paint((x, y) -> -1, haze, thick);
    double exposure = random.between(0.7, 1.25);
    canvas.shade((x, y) -> exposure);
    Grounds.camera(canvas, random);
  }

  private static void cover(Canvas canvas, int label, Field region, PictureRandom random) {
    Noise noise = new Noise(random);
    double turn = random.angle();
    double phase = random.between(0, 50);
    switch (CLASSES.get(label)) {
      case "water" -> {
        Rgb deep = Rgb.hsv(random.between(0.48, 0.62), random.between(0.35, 0.75), 0.4);
        Field ripples = (x, y) -> noise.cloudy(x / 3, y / 9);
        paint(canvas, region, deep, deep.times(1.25), ripples.turned(turn));
      }
      case "forest" -> {
        Rgb dark = green(random, 0.22);
        double[] cell = new double[3];
        double period = random.between(3.2, 5);
        paint(
            canvas,
            region,
            dark.times(2.1),
            dark,
            (x, y) -> {
              noise.cells(x / period, y / period, 0.9, cell);
              return cell[0] * 1.5 + 0.3 * (cell[2] - 0.5);
            });
      }
      case "crops" -> {
        Rgb leaf = random.chance(0.6) ? green(random, 0.5) : soil(random, 0.75);
        double period = random.between(2.6, 4.5);
        Field rows = (x, y) -> 0.5 + 0.5 * StrictMath.sin(2 * StrictMath.PI * (x + phase) / period);
        paint(canvas, region, leaf, soil(random, 0.5), rows.turned(turn));
      }
      case "orchard" -> {
        double period = random.between(5, 7);
        double crown = random.between(0.3, 0.4) * period;
        Field trees =
            (x, y) -> {
              double dx = x + phase - period * (Math.floor((x + phase) / period) + 0.5);
              double dy = y + phase - period * (Math.floor((y + phase) / period) + 0.5);
              return crown - Math.sqrt(dx * dx + dy * dy) + 0.5;
            };
        Rgb ground = random.chance(0.5) ? soil(random, 0.6) : green(random, 0.5);
        paint(canvas, region, ground, green(random, 0.27), trees.turned(turn));
      }
      case "barren" -> {
        Rgb sand = soil(random, 0.75);
        paint(
            canvas,
            region,
            sand,
            sand.times(0.72),
            (x, y) -> 1.5 * noise.cloudy(x / 9, y / 9) - 0.25);
      }
      case "residential" -> town(canvas, region, 7.5, 4.6, green(random, 0.42), random);
      case "industrial" -> town(canvas, region, 17, 13.5, grey(random, 0.5), random);
      case "highway" -> {
        Rgb verge = random.chance(0.5) ? green(random, 0.45) : soil(random, 0.6);
        paint(canvas, region, verge, verge.times(0.75), (x, y) -> noise.cloudy(x / 6, y / 6));
        double width = random.between(6, 10);
        double offset = random.between(-6, 6);
        double bend = random.between(-0.012, 0.012);
        Field road = (x, y) -> Math.abs(y - offset - bend * x * x) - width / 2;
        Field placed = road.turned(turn).moved(Canvas.MIDDLE, Canvas.MIDDLE);
        canvas.paint(placed.and(region), grey(random, 0.4));
        Field line = (x, y) -> Math.abs(y - offset - bend * x * x) - 0.4;
        canvas.paint(
            line.turned(turn).moved(Canvas.MIDDLE, Canvas.MIDDLE).and(region),
            new Rgb(0.9, 0.9, 0.8));
      }
      default -> throw new IllegalArgumentException("label (%d) is unknown".formatted(label));
    }
  }

  /** Roofs on a turned grid of streets. */
  private static void town(
      Canvas canvas, Field region, double block, double roof, Rgb ground, PictureRandom random) {
    Noise noise = new Noise(random);
    double turn = random.angle();
    double phase = random.between(0, 50);
    paint(canvas, region, ground, ground.times(0.8), (x, y) -> noise.cloudy(x / 5, y / 5));
    Rgb dark = grey(random, 0.35);
    Field streets =
        (x, y) -> {
          double u = (y + phase) / (2 * block);
          return 1.3 - Math.abs(u - Math.floor(u) - 0.5) * 2 * block;
        };
    canvas.paint(((Field) (x, y) -> -streets.at(x, y)).turned(turn).and(region), dark);
    boolean homes = block < 10;
    Rgb tile = homes ? Rgb.hsv(random.between(0, 0.08), 0.55, 0.65) : grey(random, 0.8);
    Rgb slate = homes ? Rgb.hsv(0.05, 0.25, 0.45) : Rgb.hsv(0.58, 0.25, 0.7);
    Field roofs =
        (x, y) -> {
          double i = Math.floor((x + phase) / block);
          double j = Math.floor((y + phase) / block);
          double dx = x + phase - block * (i + 0.5);
          double dy = y + phase - block * (j + 0.5);
          double shrink = 0.75 + 0.25 * noise.lattice((long) i, (long) j, 5);
          return Math.max(Math.abs(dx), Math.abs(dy) * 1.25) - shrink * roof / 2;
        };
    Field kind =
        (x, y) -> {
          long i = (long) Math.floor((x + phase) / block);
          long j = (long) Math.floor((y + phase) / block);
          return noise.lattice(i, j, 6);
        };
    canvas.paint(
        roofs.moved(0.8, 0.8).turned(turn).and(region), dark.times(0.6), 0.6); // their shadows
    canvas.paint(roofs.turned(turn).and(region), tile, slate, kind.turned(turn), 1, 1);
  }

  private static void paint(Canvas canvas, Field region, Rgb a, Rgb b, Field t) {
    canvas.paint(region, a, b, t, 1, 2);
  }

  private static Rgb green(PictureRandom random, double value) {
    return Rgb.hsv(
        random.between(0.2, 0.38), random.between(0.3, 0.6), value * random.between(0.85, 1.15));
  }

  private static Rgb soil(PictureRandom random, double value) {
    return Rgb.hsv(
        random.between(0.06, 0.14), random.between(0.2, 0.5), value * random.between(0.85, 1.15));
  }

  private static Rgb grey(PictureRandom random, double value) {
    return Rgb.hsv(
        random.between(0.5, 0.7), random.between(0, 0.1), value * random.between(0.85, 1.15));
  }
}
