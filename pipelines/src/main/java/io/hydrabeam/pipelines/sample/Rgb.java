package io.hydrabeam.pipelines.sample;

/** A colour; parts in [0, 1], not clipped before the picture is finished. */
record Rgb(double red, double green, double blue) {

  /**
   * From hue (turns, wraps), saturation and value.
   *
   * @param hue 0 red, 1/3 green, 2/3 blue
   */
  static Rgb hsv(double hue, double saturation, double value) {
    return new Rgb(
        channel(hue, 5, saturation, value),
        channel(hue, 3, saturation, value),
        channel(hue, 1, saturation, value));
  }

  private static double channel(double hue, int n, double saturation, double value) {
    double k = n + 6 * (hue - Math.floor(hue));
    k -= 6 * Math.floor(k / 6);
    return value * (1 - saturation * Math.max(0, Math.min(Math.min(k, 4 - k), 1)));
  }

  Rgb mix(Rgb other, double t) {
    return new Rgb(
        red + (other.red - red) * t,
        green + (other.green - green) * t,
        blue + (other.blue - blue) * t);
  }

  Rgb times(double factor) {
    return new Rgb(red * factor, green * factor, blue * factor);
  }

  double luminance() {
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  }

  /** Any colour. */
  static Rgb any(PictureRandom random) {
    return hsv(random.unit(), random.between(0.1, 0.85), random.between(0.15, 1));
  }

  /** A dark colour, for a ground that bright things lie on. */
  static Rgb dark(PictureRandom random) {
    return hsv(random.unit(), random.between(0.2, 0.8), random.between(0.1, 0.4));
  }

  /** A bright colour. */
  static Rgb bright(PictureRandom random) {
    return hsv(random.unit(), random.between(0.1, 0.6), random.between(0.75, 1));
  }

  /** Any colour whose luminance differs from {@code ground}'s by at least {@code contrast}. */
  static Rgb against(Rgb ground, double contrast, PictureRandom random) {
    for (int tries = 0; tries < 64; tries++) {
      Rgb colour = any(random);
      if (Math.abs(colour.luminance() - ground.luminance()) >= contrast) {
        return colour;
      }
    }
    return ground.luminance() > 0.5 ? new Rgb(0, 0, 0) : new Rgb(1, 1, 1);
  }

  /** A colour near this one. */
  Rgb near(double spread, PictureRandom random) {
    return new Rgb(
        red + random.between(-spread, spread),
        green + random.between(-spread, spread),
        blue + random.between(-spread, spread));
  }
}
