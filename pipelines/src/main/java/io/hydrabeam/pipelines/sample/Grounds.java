package io.hydrabeam.pipelines.sample;

/** Backgrounds that say nothing about the class. */
final class Grounds {

  private Grounds() {}

  /** Two colours near {@code base} that blend in clouds, and a few faint strokes. */
  static void cloudy(Canvas canvas, Rgb base, PictureRandom random) {
    Noise noise = new Noise(random);
    double period = random.between(6, 24);
    canvas.fill(
        base.near(0.08, random),
        base.near(0.08, random),
        (x, y) -> 1.6 * noise.cloudy(x / period, y / period) - 0.3);
    int strokes = random.below(3);
    for (int i = 0; i < strokes; i++) {
      canvas.paint(
          Shapes.line(
              random.between(0, Canvas.SIZE),
              random.between(0, Canvas.SIZE),
              random.between(0, Canvas.SIZE),
              random.between(0, Canvas.SIZE),
              random.between(0.8, 2.5)),
          base.near(0.1, random),
          random.between(0.3, 0.8));
    }
  }

  /** What a camera adds: light from one side and grain. */
  static void camera(Canvas canvas, PictureRandom random) {
    canvas.shadeAcross(0.3, random);
    canvas.grain(random.between(0.005, 0.02), random);
  }
}
