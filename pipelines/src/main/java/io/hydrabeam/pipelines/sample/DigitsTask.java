package io.hydrabeam.pipelines.sample;

import java.util.List;

/**
 * The digit in the middle, in one of five families of typefaces; a quarter of them have neighbours.
 */
final class DigitsTask implements PictureTask {

  private static final List<String> CLASSES =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  @Override
  public String name() {
    return "digits";
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public void paint(Canvas canvas, int label, PictureRandom random) {
    Rgb ground = Rgb.dark(random);
    Grounds.cloudy(canvas, ground, random);
    Typeface face = Typeface.any(random);
    double height = random.between(29, 36);
    double turn = random.between(-0.1, 0.1);
    double x = Canvas.MIDDLE + random.between(-2, 2);
    double y = Canvas.MIDDLE + random.between(-2, 2);
    Rgb ink = Rgb.bright(random);
    double step = height * (face.aspect() + 0.25);
    Field line = new Glyph(label, face, height, random);
    if (random.chance(0.25)) {
      line = line.or(new Glyph(random.below(10), face, height, random).moved(-step, 0));
      line = line.or(new Glyph(random.below(10), face, height, random).moved(step, 0));
    }
    canvas.paint(line.turned(turn).moved(x, y), ink);
    Grounds.camera(canvas, random);
  }
}
