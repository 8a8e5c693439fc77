package io.hydrabeam.pipelines.sample;

import java.util.List;

/** Surfaces that fill the picture, at any scale, turn and pair of colours. */
final class TexturesTask implements PictureTask {

  private static final List<String> CLASSES =
      List.of(
          "bricks",
          "bubbles",
          "chevrons",
          "cracks",
          "honeycomb",
          "marble",
          "scales",
          "speckles",
          "weave",
          "wood");

  @Override
  public String name() {
    return "textures";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    Noise noise = new Noise(random);
    Field texture = texture(label, noise, random);
    // Lines are not quite straight: the place is shifted by a slow noise before it is looked up.
    double warp = random.between(0, 1.5);
    Noise bend = new Noise(random);
    Field bent =
        (x, y) ->
            texture.at(
                x + warp * (bend.smooth(x / 14, y / 14) - 0.5),
                y + warp * (bend.smooth(x / 14 + 50, y / 14) - 0.5));
    double period = random.between(8, 12);
    Field placed =
        bent.stretched(period, period)
            .turned(random.between(-0.35, 0.35))
            .moved(random.between(0, 100), random.between(0, 100));
    // Either may be the brighter one, so that the mean colour does not tell the texture.
    boolean inverted = random.chance(0.5);
    Rgb dark = Rgb.dark(random);
    Rgb bright = Rgb.bright(random);
    canvas.fill(inverted ? bright : dark, inverted ? dark : bright, placed);
    Noise stains = new Noise(random);
    double depth = random.between(0, 0.35);
    canvas.shade((x, y) -> 1 + depth * (stains.cloudy(x / 16, y / 16) - 0.5));
    Grounds.camera(canvas, random);
  }

  /** Values in [0, 1] with a period of about 1. */
  private static Field texture(int label, Noise noise, PictureRandom random) {
    double phase = random.unit();
    return switch (CLASSES.get(label)) {
      case "bricks" -> TexturesTask::bricks;
      case "bubbles" -> (x, y) -> bubbles(noise, x * 0.8, y * 0.8);
      case "chevrons" -> (x, y) -> edge(wave(y * 1.3 + 0.8 * wave(x * 0.6)) - 0.5, 0.2);
      case "cracks" -> (x, y) -> cracks(noise, x * 0.8, y * 0.8);
      case "honeycomb" -> TexturesTask::honeycomb;
      case "marble" ->
          (x, y) -> 1 - Canvas.clip(4 * Math.abs(noise.cloudy(x * 0.5, y * 0.5) - 0.5));
      case "scales" -> TexturesTask::scales;
      case "speckles" -> (x, y) -> speckles(noise, x * 2, y * 2);
      case "weave" -> TexturesTask::weave;
      case "wood" -> (x, y) -> wave(y * 0.8 + phase + 2.2 * noise.cloudy(x * 0.16, y * 0.6));
      default -> throw new IllegalArgumentException("label (%d) is unknown".formatted(label));
    };
  }

  private static double bricks(double x, double y) {
    double row = Math.floor(y * 1.6);
    double inRow = y * 1.6 - row;
    double shifted = x * 0.8 + 0.5 * (row - 2 * Math.floor(row / 2));
    double inBrick = shifted - Math.floor(shifted);
    double across = Math.min(inRow, 1 - inRow) / 1.6;
    double along = Math.min(inBrick, 1 - inBrick) / 0.8;
    return edge(Math.min(across, along) - 0.07, 0.1);
  }

  private static double honeycomb(double x, double y) {
    // Two interleaved lattices of hexagon centres; the nearer centre's hexagon holds the point.
    double height = 1.7320508075688772;
    double ax = x - Math.floor(x + 0.5);
    double ay = y - height * Math.floor(y / height + 0.5);
    double bx = x - 0.5 - Math.floor(x);
    double by = y - height * (Math.floor(y / height) + 0.5);
    boolean first = ax * ax + ay * ay < bx * bx + by * by;
    double px = Math.abs(first ? ax : bx);
    double py = Math.abs(first ? ay : by);
    double toBorder = 0.5 - Math.max(px, px * 0.5 + py * height / 2);
    return edge(toBorder - 0.08, 0.1);
  }

  private static double scales(double x, double y) {
    // Rows of discs like roof tiles: an upper row lies on the one below it.
    double v = y * 2.4;
    for (int up = 1; up >= 0; up--) {
      double row = Math.floor(v) - up;
      double shifted = x + 0.5 * (row - 2 * Math.floor(row / 2));
      double dx = shifted - Math.floor(shifted) - 0.5;
      double dy = (v - row) / 2.4;
      double d = Math.sqrt(dx * dx + dy * dy);
      if (d < 0.58) {
        return Canvas.clip(1.1 - 1.2 * dy) * edge(0.52 - d, 0.08);
      }
    }
    return 0;
  }

  private static double weave(double x, double y) {
    double i = Math.floor(x);
    double j = Math.floor(y);
    double u = x - i - 0.5;
    double v = y - j - 0.5;
    boolean over = (long) (i + j) % 2 == 0;
    double across = over ? v : u;
    double along = over ? u : v;
    double strand = edge(0.38 - Math.abs(across), 0.12);
    return strand * (1 - 2.6 * along * along);
  }

  private static double cracks(Noise noise, double x, double y) {
    double[] cell = new double[3];
    noise.cells(x, y, 0.95, cell);
    return edge(cell[1] - cell[0] - 0.1, 0.12) * (0.75 + 0.25 * cell[2]);
  }

  private static double bubbles(Noise noise, double x, double y) {
    double[] cell = new double[3];
    noise.cells(x, y, 0.6, cell);
    double radius = 0.26 + 0.16 * cell[2];
    return edge(0.09 - Math.abs(cell[0] - radius), 0.1);
  }

  private static double speckles(Noise noise, double x, double y) {
    double[] cell = new double[3];
    noise.cells(x, y, 0.9, cell);
    return edge(0.1 + 0.28 * cell[2] - cell[0], 0.2);
  }

  /** A sine wave between 0 and 1, of period 1. */
  private static double wave(double t) {
    return 0.5 + 0.5 * StrictMath.sin(2 * StrictMath.PI * t);
  }

  /** 0 below zero, 1 above, with a ramp of the given width. */
  private static double edge(double value, double width) {
    return Canvas.clip(0.5 + value / width);
  }
}
