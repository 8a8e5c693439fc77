package io.hydrabeam.pipelines.sample;

/** A square picture under construction; what is painted later covers what was painted before. */
final class Canvas {

  /** Side in pixels. */
  static final int SIZE = 48;

  /** Coordinate of the middle. */
  static final double MIDDLE = SIZE / 2.0;

  private static final Field NOTHING = (x, y) -> 0;

  private final double[] rgb = new double[SIZE * SIZE * 3];

  /** Fills the whole picture with one colour. */
  void fill(Rgb colour) {
    fill(colour, colour, NOTHING);
  }

  /** Fills the whole picture with {@code a} where {@code t} is 0, {@code b} where it is 1. */
  void fill(Rgb a, Rgb b, Field t) {
    cover((x, y) -> 1, a, b, t);
  }

  /** Paints a shape (a signed distance) in one colour, its edge blurred over one pixel. */
  void paint(Field shape, Rgb colour) {
    paint(shape, colour, colour, NOTHING, 1, 1);
  }

  /** Paints a shape in one colour that lets the ground shine through. */
  void paint(Field shape, Rgb colour, double opacity) {
    paint(shape, colour, colour, NOTHING, opacity, 1);
  }

  /**
   * Paints a shape in a mix of two colours.
   *
   * @param t 0 where it is {@code a}, 1 where it is {@code b}
   * @param opacity in [0, 1]
   * @param blur width of the edge in pixels
   */
  void paint(Field shape, Rgb a, Rgb b, Field t, double opacity, double blur) {
    cover((x, y) -> opacity * clip(0.5 - shape.at(x, y) / blur), a, b, t);
  }

  private void cover(Field coverage, Rgb a, Rgb b, Field t) {
    int at = 0;
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++, at += 3) {
        double x = column + 0.5;
        double y = row + 0.5;
        double share = coverage.at(x, y);
        if (share <= 0) {
          continue;
        }
        double mix = clip(t.at(x, y));
        rgb[at] += share * (a.red() + (b.red() - a.red()) * mix - rgb[at]);
        rgb[at + 1] += share * (a.green() + (b.green() - a.green()) * mix - rgb[at + 1]);
        rgb[at + 2] += share * (a.blue() + (b.blue() - a.blue()) * mix - rgb[at + 2]);
      }
    }
  }

  /** Multiplies every pixel: light and shade. */
  void shade(Field factor) {
    int at = 0;
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++, at += 3) {
        double f = factor.at(column + 0.5, row + 0.5);
        rgb[at] *= f;
        rgb[at + 1] *= f;
        rgb[at + 2] *= f;
      }
    }
  }

  /** Light that falls off across the picture in a random direction. */
  void shadeAcross(double strength, PictureRandom random) {
    double angle = random.angle();
    double slope = random.between(0, strength) / MIDDLE;
    double dx = slope * StrictMath.cos(angle);
    double dy = slope * StrictMath.sin(angle);
    shade((x, y) -> 1 + dx * (x - MIDDLE) + dy * (y - MIDDLE));
  }

  /** Adds independent noise to every value, as a camera does. */
  void grain(double deviation, PictureRandom random) {
    for (int i = 0; i < rgb.length; i++) {
      // The sum of three uniform numbers has deviation 1/2 and is near enough to normal.
      rgb[i] += 2 * deviation * (random.unit() + random.unit() + random.unit() - 1.5);
    }
  }

  /** Rounds to bytes: row by row, red, green, blue. */
  byte[] toBytes() {
    byte[] bytes = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      bytes[i] = (byte) (int) Math.floor(255 * clip(rgb[i]) + 0.5);
    }
    return bytes;
  }

  static double clip(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
