package io.hydrabeam.pipelines.sample;

import java.util.List;

/**
 * A stained blood smear: red cells around one white cell, whose kind is told by its nucleus. Stain,
 * granules and the nucleus' area vary alike in all classes.
 */
final class BloodTask implements PictureTask {

  private static final List<String> CLASSES =
      List.of("round", "kidney", "two lobes", "many lobes", "dividing");

  @Override
  public String name() {
    return "blood";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    double light = random.between(0.85, 1);
    Rgb plasma = Rgb.hsv(random.between(0.02, 0.14), random.between(0.02, 0.15), light);
    canvas.fill(plasma);
    double cellX = Canvas.MIDDLE + random.between(-3, 3);
    double cellY = Canvas.MIDDLE + random.between(-3, 3);
    paintRedCells(canvas, plasma, random);

    double radius = random.between(13, 15);
    Noise wobble = new Noise(random);
    Field cell = (x, y) -> Shapes.disc(radius).at(x, y) + 3 * (wobble.smooth(x / 7, y / 7) - 0.5);
    Rgb body = Rgb.hsv(random.between(0.6, 0.95), random.between(0.1, 0.3), light * 0.92);
    canvas.paint(cell.moved(cellX, cellY), body);
    paintGranules(canvas, cellX, cellY, radius, body, random);

    Rgb stain =
        Rgb.hsv(random.between(0.68, 0.82), random.between(0.5, 0.8), random.between(0.35, 0.6));
    Field nucleus =
        nucleus(label, random.between(6.4, 7.6), random)
            .turned(random.angle())
            .moved(cellX + random.between(-1.5, 1.5), cellY + random.between(-1.5, 1.5));
    Noise clumps = new Noise(random);
    canvas.paint(
        nucleus,
        stain,
        stain.mix(body, 0.45),
        (x, y) -> clumps.cloudy(x / 4, y / 4),
        random.between(0.85, 1),
        1.4);
    Grounds.camera(canvas, random);
  }

  /** The nucleus around the origin, with the area of a disc of radius {@code r}. */
  private static Field nucleus(int label, double r, PictureRandom random) {
    Noise wobble = new Noise(random);
    Field shape =
        switch (CLASSES.get(label)) {
          case "round" -> Shapes.ellipse(r * random.between(1, 1.1), r / random.between(1, 1.1));
          case "kidney" ->
              Shapes.ellipse(1.3 * r, 1.05 * r)
                  .without(Shapes.disc(0.75 * r).moved(0, random.between(0.75, 0.95) * r));
          case "two lobes" -> chain(2, r, random);
          case "many lobes" -> chain(3 + random.below(2), r, random);
          case "dividing" -> dividing(r, random);
          default -> throw new IllegalArgumentException("label (%d) is unknown".formatted(label));
        };
    return (x, y) -> shape.at(x, y) + 1.4 * (wobble.smooth(x / 5, y / 5) - 0.5);
  }

  private static Field dividing(double r, PictureRandom random) {
    double apart = random.between(0.62, 0.85) * r;
    Field plate = Shapes.roundedBox(0.42 * r, 1.35 * r, 0.4 * r);
    return plate.moved(-apart, 0).or(plate.moved(apart, 0));
  }

  /** Lobes on an arc, joined by thin bridges. */
  private static Field chain(int lobes, double r, PictureRandom random) {
    double lobe = 1.06 * r / Math.sqrt(lobes);
    double bend = random.between(0.5, 0.9) * (lobes > 2 ? 1 : 0.3);
    double x = 0;
    double y = 0;
    double heading = -bend * (lobes - 2) / 2;
    double midX = 0;
    double[] xs = new double[lobes];
    double[] ys = new double[lobes];
    double midY = 0;
    for (int i = 0; i < lobes; i++) {
      xs[i] = x;
      ys[i] = y;
      midX += x / lobes;
      midY += y / lobes;
      double step = lobe * random.between(1.85, 2.2);
      x += step * StrictMath.cos(heading);
      y += step * StrictMath.sin(heading);
      heading += bend;
    }
    Field result = Shapes.disc(lobe * random.between(0.9, 1.1)).moved(xs[0] - midX, ys[0] - midY);
    for (int i = 1; i < lobes; i++) {
      Field disc = Shapes.disc(lobe * random.between(0.9, 1.1));
      result =
          result
              .or(disc.moved(xs[i] - midX, ys[i] - midY))
              .or(Shapes.line(xs[i - 1] - midX, ys[i - 1] - midY, xs[i] - midX, ys[i] - midY, 1.6));
    }
    return result;
  }

  private static void paintRedCells(Canvas canvas, Rgb plasma, PictureRandom random) {
    Rgb red = Rgb.hsv(random.between(-0.03, 0.05), random.between(0.3, 0.55), plasma.red() * 0.95);
    int cells = 5 + random.below(6);
    for (int i = 0; i < cells; i++) {
      double radius = random.between(5.5, 7.5);
      double flat = random.between(0.8, 1);
      double x = random.between(-2, Canvas.SIZE + 2);
      double y = random.between(-2, Canvas.SIZE + 2);
      Field cell = Shapes.ellipse(radius, radius * flat).turned(random.angle()).moved(x, y);
      Rgb pale = red.mix(plasma, random.between(0.4, 0.8));
      double size = radius;
      canvas.paint(cell, pale, red, (px, py) -> 1.5 + cell.at(px, py) * 2.2 / size, 0.9, 1);
    }
    int platelets = random.below(4);
    for (int i = 0; i < platelets; i++) {
      canvas.paint(
          Shapes.disc(random.between(0.9, 1.8))
              .moved(random.between(0, Canvas.SIZE), random.between(0, Canvas.SIZE)),
          Rgb.hsv(random.between(0.7, 0.85), 0.5, 0.6));
    }
  }

  private static void paintGranules(
      Canvas canvas, double cellX, double cellY, double radius, Rgb body, PictureRandom random) {
    Rgb colour = Rgb.hsv(random.between(0.75, 1.08), random.between(0.3, 0.7), 0.75);
    int granules = random.chance(0.5) ? 0 : 8 + random.below(16);
    for (int i = 0; i < granules; i++) {
      double angle = random.angle();
      double away = radius * Math.sqrt(random.unit()) * 0.9;
      canvas.paint(
          Shapes.disc(random.between(0.5, 1))
              .moved(cellX + away * StrictMath.cos(angle), cellY + away * StrictMath.sin(angle)),
          colour.mix(body, random.between(0, 0.4)));
    }
  }
}
